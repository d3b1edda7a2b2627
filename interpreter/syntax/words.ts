// The vocabulary: every token gets a small number that says what it can do in the grammar.
//
// In: the preprocessed tokens, where names and keywords are not told apart. Out: one byte a token. All spellings
// of one keyword (`const`, `__const`, `__const__`) get one number, digraphs that of what they stand for. A Map
// and not an object holds the spellings: members named `constructor` exist.

import { TokenKind, type TokenList } from "../cpp/token.js";

export const Word = {
  End: 0,
  Identifier: 1,
  Number: 2,
  Char: 3,
  String: 4,
  /** A character that is no token of C. */
  Stray: 5,

  OpenParen: 6,
  CloseParen: 7,
  OpenSquare: 8,
  CloseSquare: 9,
  OpenBrace: 10,
  CloseBrace: 11,
  Dot: 12,
  Arrow: 13,
  PlusPlus: 14,
  MinusMinus: 15,
  Amp: 16,
  Star: 17,
  Plus: 18,
  Minus: 19,
  Tilde: 20,
  Bang: 21,
  Slash: 22,
  Percent: 23,
  ShiftLeft: 24,
  ShiftRight: 25,
  Less: 26,
  Greater: 27,
  LessEqual: 28,
  GreaterEqual: 29,
  EqualEqual: 30,
  BangEqual: 31,
  Caret: 32,
  Bar: 33,
  AmpAmp: 34,
  BarBar: 35,
  Question: 36,
  Colon: 37,
  Semicolon: 38,
  Ellipsis: 39,
  Comma: 40,
  Equal: 41,
  StarEqual: 42,
  SlashEqual: 43,
  PercentEqual: 44,
  PlusEqual: 45,
  MinusEqual: 46,
  ShiftLeftEqual: 47,
  ShiftRightEqual: 48,
  AmpEqual: 49,
  CaretEqual: 50,
  BarEqual: 51,
  Hash: 52,
  HashHash: 53,
  /** `::`, which only an asm statement can use (two empty operand lists in a row). */
  Scope: 54,

  Typedef: 60,
  Extern: 61,
  Static: 62,
  Auto: 63,
  Register: 64,
  Thread: 65,

  Const: 66,
  Volatile: 67,
  Restrict: 68,
  Atomic: 69,

  Inline: 70,
  Noreturn: 71,
  Alignas: 72,
  Attribute: 73,

  Void: 74,
  Char_: 75,
  Short: 76,
  Int: 77,
  Long: 78,
  Float: 79,
  Double: 80,
  Signed: 81,
  Unsigned: 82,
  Bool: 83,
  Complex: 84,
  Int128: 85,
  /** Types of one word that combine with nothing: `_Float128`, `_Decimal64`, `__builtin_va_list`, `__uint128_t`. */
  OtherType: 86,
  AutoType: 87,
  Typeof: 88,
  Struct: 89,
  Union: 90,
  Enum: 91,

  Extension: 92,
  Asm: 93,
  StaticAssert: 94,
  LocalLabel: 95,

  If: 96,
  Else: 97,
  Switch: 98,
  Case: 99,
  Default: 100,
  While: 101,
  Do: 102,
  For: 103,
  Goto: 104,
  Continue: 105,
  Break: 106,
  Return: 107,

  Sizeof: 108,
  Alignof: 109,
  Generic: 110,
  Real: 111,
  Imag: 112,
  VaArg: 113,
  Offsetof: 114,
  TypesCompatible: 115,
  ChooseExpr: 116,
} as const;
export type Word = (typeof Word)[keyof typeof Word];

const SPELLINGS: readonly (readonly [Word, string])[] = [
  [Word.OpenParen, "("],
  [Word.CloseParen, ")"],
  [Word.OpenSquare, "[ <:"],
  [Word.CloseSquare, "] :>"],
  [Word.OpenBrace, "{ <%"],
  [Word.CloseBrace, "} %>"],
  [Word.Dot, "."],
  [Word.Arrow, "->"],
  [Word.PlusPlus, "++"],
  [Word.MinusMinus, "--"],
  [Word.Amp, "&"],
  [Word.Star, "*"],
  [Word.Plus, "+"],
  [Word.Minus, "-"],
  [Word.Tilde, "~"],
  [Word.Bang, "!"],
  [Word.Slash, "/"],
  [Word.Percent, "%"],
  [Word.ShiftLeft, "<<"],
  [Word.ShiftRight, ">>"],
  [Word.Less, "<"],
  [Word.Greater, ">"],
  [Word.LessEqual, "<="],
  [Word.GreaterEqual, ">="],
  [Word.EqualEqual, "=="],
  [Word.BangEqual, "!="],
  [Word.Caret, "^"],
  [Word.Bar, "|"],
  [Word.AmpAmp, "&&"],
  [Word.BarBar, "||"],
  [Word.Question, "?"],
  [Word.Colon, ":"],
  [Word.Semicolon, ";"],
  [Word.Ellipsis, "..."],
  [Word.Comma, ","],
  [Word.Equal, "="],
  [Word.StarEqual, "*="],
  [Word.SlashEqual, "/="],
  [Word.PercentEqual, "%="],
  [Word.PlusEqual, "+="],
  [Word.MinusEqual, "-="],
  [Word.ShiftLeftEqual, "<<="],
  [Word.ShiftRightEqual, ">>="],
  [Word.AmpEqual, "&="],
  [Word.CaretEqual, "^="],
  [Word.BarEqual, "|="],
  [Word.Hash, "# %:"],
  [Word.HashHash, "## %:%:"],
  [Word.Scope, "::"],

  [Word.Typedef, "typedef"],
  [Word.Extern, "extern"],
  [Word.Static, "static"],
  [Word.Auto, "auto"],
  [Word.Register, "register"],
  [Word.Thread, "__thread _Thread_local"],
  [Word.Const, "const __const __const__"],
  [Word.Volatile, "volatile __volatile __volatile__"],
  [Word.Restrict, "restrict __restrict __restrict__"],
  [Word.Atomic, "_Atomic"],
  [Word.Inline, "inline __inline __inline__"],
  [Word.Noreturn, "_Noreturn"],
  [Word.Alignas, "_Alignas"],
  [Word.Attribute, "__attribute__ __attribute"],
  [Word.Void, "void"],
  [Word.Char_, "char"],
  [Word.Short, "short"],
  [Word.Int, "int"],
  [Word.Long, "long"],
  [Word.Float, "float"],
  [Word.Double, "double"],
  [Word.Signed, "signed __signed __signed__"],
  [Word.Unsigned, "unsigned"],
  [Word.Bool, "_Bool"],
  [Word.Complex, "_Complex __complex __complex__"],
  [Word.Int128, "__int128"],
  [
    Word.OtherType,
    "_Float16 _Float32 _Float64 _Float128 _Float32x _Float64x __float128 _Decimal32 _Decimal64 _Decimal128 __builtin_va_list __int128_t __uint128_t",
  ],
  [Word.AutoType, "__auto_type"],
  [Word.Typeof, "typeof __typeof __typeof__ __typeof_unqual __typeof_unqual__"],
  [Word.Struct, "struct"],
  [Word.Union, "union"],
  [Word.Enum, "enum"],
  [Word.Extension, "__extension__"],
  [Word.Asm, "asm __asm __asm__"],
  [Word.StaticAssert, "_Static_assert"],
  [Word.LocalLabel, "__label__"],
  [Word.If, "if"],
  [Word.Else, "else"],
  [Word.Switch, "switch"],
  [Word.Case, "case"],
  [Word.Default, "default"],
  [Word.While, "while"],
  [Word.Do, "do"],
  [Word.For, "for"],
  [Word.Goto, "goto"],
  [Word.Continue, "continue"],
  [Word.Break, "break"],
  [Word.Return, "return"],
  [Word.Sizeof, "sizeof"],
  [Word.Alignof, "_Alignof __alignof __alignof__"],
  [Word.Generic, "_Generic"],
  [Word.Real, "__real __real__"],
  [Word.Imag, "__imag __imag__"],
  [Word.VaArg, "__builtin_va_arg"],
  [Word.Offsetof, "__builtin_offsetof"],
  [Word.TypesCompatible, "__builtin_types_compatible_p"],
  [Word.ChooseExpr, "__builtin_choose_expr"],
];

const BY_SPELLING = new Map<string, Word>();
/** The plain spelling of a word: "const", "[" ; empty for names and literals. */
export const WORD_TEXT: string[] = [];
for (const [word, spellings] of SPELLINGS) {
  for (const spelling of spellings.split(" ")) {
    BY_SPELLING.set(spelling, word);
    WORD_TEXT[word] ??= spelling;
  }
}

export const WordFlag = {
  /** May open a type name (an identifier may too, if it is a typedef name). */
  TypeName: 1,
  /** May open a declaration. */
  Declaration: 2,
  BinaryOperator: 4,
  AssignOperator: 8,
  Qualifier: 16,
  Storage: 32,
  Keyword: 64,
} as const;

/** WordFlag bits by word. */
export const WORD_FLAGS = new Uint8Array(128);
for (let word: number = Word.Typedef; word <= Word.ChooseExpr; word++) WORD_FLAGS[word]! |= WordFlag.Keyword;
for (let word: number = Word.Const; word <= Word.Enum; word++) {
  WORD_FLAGS[word]! |= WordFlag.TypeName | WordFlag.Declaration;
}
for (const word of [Word.Inline, Word.Noreturn, Word.Alignas]) WORD_FLAGS[word]! &= ~WordFlag.TypeName;
for (let word: number = Word.Typedef; word <= Word.Thread; word++) {
  WORD_FLAGS[word]! |= WordFlag.Storage | WordFlag.Declaration;
}
for (let word: number = Word.Const; word <= Word.Atomic; word++) WORD_FLAGS[word]! |= WordFlag.Qualifier;
for (let word: number = Word.Equal; word <= Word.BarEqual; word++) {
  WORD_FLAGS[word]! |= WordFlag.AssignOperator;
}
for (const word of [Word.Amp, Word.Star, Word.Plus, Word.Minus]) WORD_FLAGS[word]! |= WordFlag.BinaryOperator;
for (let word: number = Word.Slash; word <= Word.BarBar; word++) {
  WORD_FLAGS[word]! |= WordFlag.BinaryOperator;
}
WORD_FLAGS[Word.StaticAssert]! |= WordFlag.Declaration;

const NO_WORDS = new Uint8Array(0);

/** `known`: the words of the first tokens. One word a token, and Word.End (several, so that looking ahead needs no test) behind the last. */
export function classify(tokens: TokenList, known: Uint8Array = NO_WORDS): Uint8Array {
  const words = new Uint8Array(tokens.length + 8);
  words.set(known);
  const { kind, text } = tokens;
  for (let i = known.length; i < tokens.length; i++) {
    switch (kind[i]) {
      case TokenKind.Identifier:
        words[i] = BY_SPELLING.get(text[i]!) ?? Word.Identifier;
        break;
      case TokenKind.Number:
        words[i] = Word.Number;
        break;
      case TokenKind.Char:
        words[i] = Word.Char;
        break;
      case TokenKind.String:
        words[i] = Word.String;
        break;
      case TokenKind.Punct:
        words[i] = BY_SPELLING.get(text[i]!) ?? Word.Stray;
        break;
      default:
        words[i] = Word.Stray;
    }
  }
  return words;
}
