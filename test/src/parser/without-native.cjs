// For node --require: a machine for which the package tree-sitter has no binary.
const Module = require("node:module");

const load = Module._load;
Module._load = function (request, ...rest) {
  if (request === "tree-sitter") {
    process.stderr.write("refused: tree-sitter\n");
    throw new Error("No native build was found");
  }
  return load.call(this, request, ...rest);
};
