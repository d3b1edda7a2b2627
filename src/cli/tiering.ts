// Loaded before everything else: how soon V8 optimises what runs often.
//
// A command is first a compiler: much code that runs a few times each, over in half a second. V8 11 (Node 20) then
// spends half as much again on optimising what is about to be done with, so it is told to wait longer. A search,
// which runs its few loops for seconds, does not notice. Later versions have a tier in between and no such option.

import { setFlagsFromString } from "node:v8";

if (process.versions.v8.startsWith("11.")) setFlagsFromString("--interrupt-budget=400000");
