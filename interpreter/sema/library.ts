// The C library functions that gcc knows without a declaration: their types, for implicit declarations and for
// the __builtin_ names. What they do is the library's business; here they are only prototypes.
//
// A signature is written result(parameters) with one letter a type:
//   v void   i int   u unsigned   l long   q long long   L unsigned long   d double   f float   D long double
//   p void *   P const void *   s char *   S const char *   a va_list   . variable arguments

import type { TypeTable } from "./type-table.js";
import type { CType, FunctionType } from "./types.js";

const STDIO = "stdio.h";
const STDLIB = "stdlib.h";
const STRING = "string.h";
const MATH = "math.h";
const CTYPE = "ctype.h";

const SIGNATURES: Record<string, string> = {
  [STDIO]: `
    printf i(S.) fprintf i(pS.) sprintf i(sS.) snprintf i(sLS.) vprintf i(Sa) vfprintf i(pSa) vsprintf i(sSa)
    vsnprintf i(sLSa) puts i(S) putchar i(i) fputs i(Sp) fputc i(ip) putc i(ip) fwrite L(PLLp)
    scanf i(S.) sscanf i(SS.) fscanf i(pS.) vscanf i(Sa) vsscanf i(SSa) vfscanf i(pSa)`,
  [STDLIB]: `
    abort v() exit v(i) _Exit v(i) malloc p(L) calloc p(LL) realloc p(pL) free v(p) aligned_alloc p(LL)
    abs i(i) labs l(l) llabs q(q)`,
  [STRING]: `
    memcpy p(pPL) memmove p(pPL) memset p(piL) memcmp i(PPL) memchr p(PiL) strlen L(S) strcpy s(sS)
    strncpy s(sSL) strcat s(sS) strncat s(sSL) strcmp i(SS) strncmp i(SSL) strchr s(Si) strrchr s(Si)
    strstr s(SS) strspn L(SS) strcspn L(SS) strpbrk s(SS)`,
  [MATH]: `
    acos d(d) asin d(d) atan d(d) atan2 d(dd) ceil d(d) cos d(d) cosh d(d) exp d(d) fabs d(d) floor d(d)
    fmod d(dd) frexp d(dp) ldexp d(di) log d(d) log10 d(d) modf d(dp) pow d(dd) sin d(d) sinh d(d) sqrt d(d)
    tan d(d) tanh d(d) cbrt d(d) exp2 d(d) expm1 d(d) fdim d(dd) fma d(ddd) fmax d(dd) fmin d(dd) hypot d(dd)
    log1p d(d) log2 d(d) lrint l(d) lround l(d) llrint q(d) llround q(d) nearbyint d(d) remainder d(dd)
    nextafter d(dd) nextafterf f(ff) nextafterl D(DD) nexttoward d(dD) nexttowardf f(fD) nexttowardl D(DD)
    scalbn d(di) scalbnf f(fi) fmaf f(fff) fmal D(DDD)
    rint d(d) round d(d) trunc d(d) copysign d(dd)
    ceilf f(f) cosf f(f) expf f(f) fabsf f(f) floorf f(f) fmodf f(ff) logf f(f) powf f(ff) sinf f(f) sqrtf f(f)
    tanf f(f) roundf f(f) truncf f(f) rintf f(f) fmaxf f(ff) fminf f(ff) copysignf f(ff) lrintf l(f)
    ceill D(D) fabsl D(D) floorl D(D) sqrtl D(D) truncl D(D) roundl D(D) copysignl D(DD)`,
  [CTYPE]: `
    isalnum i(i) isalpha i(i) isblank i(i) iscntrl i(i) isdigit i(i) isgraph i(i) islower i(i) isprint i(i)
    ispunct i(i) isspace i(i) isupper i(i) isxdigit i(i) tolower i(i) toupper i(i)`,
  "": `
    alloca p(L) bcmp i(PPL) bcopy v(PpL) bzero v(pL) index s(Si) rindex s(Si) strdup s(S) strndup s(SL)
    stpcpy s(sS) stpncpy s(sSL) mempcpy p(pPL) strcasecmp i(SS) strncasecmp i(SSL) ffs i(i) ffsl i(l)
    ffsll i(q) _exit v(i) printf_unlocked i(S.) putchar_unlocked i(i) puts_unlocked i(S)
    fprintf_unlocked i(pS.) fputs_unlocked i(Sp) fputc_unlocked i(ip) fwrite_unlocked L(PLLp) dcgettext s(SSi)
    gettext s(S) isascii i(i) toascii i(i)`,
};

interface Entry {
  readonly signature: string;
  /** The header that declares it, or "". */
  readonly header: string;
}

const ENTRIES: ReadonlyMap<string, Entry> = parseEntries();

function parseEntries(): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [header, text] of Object.entries(SIGNATURES)) {
    const words = text.trim().split(/\s+/);
    for (let i = 0; i < words.length; i += 2) entries.set(words[i]!, { signature: words[i + 1]!, header });
  }
  return entries;
}

export function isLibraryFunction(name: string): boolean {
  return ENTRIES.has(name);
}

/** The header to include for it, or "". */
export function headerOf(name: string): string {
  return ENTRIES.get(name)?.header ?? "";
}

export function libraryType(types: TypeTable, name: string): FunctionType | null {
  const entry = ENTRIES.get(name);
  if (entry === undefined) return null;
  const { signature } = entry;
  const letters = signature.slice(2, -1);
  const variadic = letters.endsWith(".");
  const params = [...letters.replace(".", "")].map((letter) => typeOf(types, letter));
  return types.functionOf(typeOf(types, signature[0]!), params, variadic, true);
}

function typeOf(types: TypeTable, letter: string): CType {
  switch (letter) {
    case "v":
      return types.void;
    case "i":
      return types.int;
    case "u":
      return types.uint;
    case "l":
      return types.long;
    case "q":
      return types.llong;
    case "L":
      return types.ulong;
    case "d":
      return types.double;
    case "f":
      return types.float;
    case "D":
      return types.longDouble;
    case "p":
      return types.voidPointer;
    case "P":
      return types.constVoidPointer;
    case "s":
      return types.charPointer;
    case "S":
      return types.constCharPointer;
    default:
      return types.pointerTo(types.vaListTag);
  }
}
