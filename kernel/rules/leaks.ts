// Memory that nobody can free any more, when everything is over. https://docs.kernel.org/dev-tools/kmemleak.html
// What malloc() gave goes with the program, as everywhere.

import type { Rule } from "../../interpreter/api.js";

export const leaks: Rule = {
  name: "leaks",
  end(h) {
    h.eachUnreferenced((address, size, site, task) => {
      if (h.operationAt(site) === "malloc") return;
      h.report("memory-leak", `unreferenced object (size ${size})`, address, size, task, site);
    });
  },
};
