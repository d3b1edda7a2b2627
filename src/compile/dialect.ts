// The options that a file asks its compiler for, as the tests of gcc's own suite do:
//
//   /* { dg-options "-finstrument-functions -DN=3" } */
//
// Those that change what the program means, and that we have, are honoured; warnings and optimisations change nothing.

export interface Dialect {
  defines: Record<string, string>;
  undefines: string[];
  /** -finstrument-functions */
  instrument: boolean;
  /** -fgnu89-inline, and the standards in which `inline` means that. */
  gnu89Inline: boolean;
}

export function dialectOf(source: string): Dialect {
  const dialect: Dialect = { defines: {}, undefines: [], instrument: false, gnu89Inline: false };
  for (const [, text] of source.matchAll(/\{\s*dg-(?:additional-)?options\s+"([^"]*)"\s*\}/g)) {
    for (const option of text!.split(/\s+/)) read(dialect, option);
  }
  return dialect;
}

function read(dialect: Dialect, option: string): void {
  const define = /^-D([A-Za-z_]\w*)(?:=(.*))?$/.exec(option);
  if (define !== null) dialect.defines[define[1]!] = define[2] ?? "1";
  else if (/^-U[A-Za-z_]\w*$/.test(option)) dialect.undefines.push(option.slice(2));
  else if (option === "-finstrument-functions") dialect.instrument = true;
  else if (/^(-fgnu89-inline|-ansi|-std=(c89|c90|gnu89|gnu90|iso9899:(1990|199409)))$/.test(option)) {
    dialect.gnu89Inline = true;
  }
}
