// Memory that nobody can free any more, when everything is over. https://docs.kernel.org/dev-tools/kmemleak.html

import type { Rule } from "../../interpreter/api.js";

export const leaks: Rule = {
  name: "leaks",
  end(h) {
    h.eachUnreferenced((address, size, site, task) => {
      h.report("memory-leak", `unreferenced object (size ${size})`, address, size, task, site);
    });
  },
};
