// Macro calls and what they come to: [what it shows, text, tokens]. The tests compare our result with the third
// column, and the third column with gcc where gcc is installed.

export const EXPANSIONS: readonly (readonly [name: string, text: string, tokens: string])[] = [
  ["an object-like macro", "#define A 1 + 2\nA * A", "1 + 2 * 1 + 2"],
  ["an empty macro", "#define E\nE x E y E", "x y"],
  ["a macro used before its definition", "A\n#define A 1\nA", "A 1"],
  ["a redefinition that says the same", "#define A x  /**/ y\n#define A x y\nA", "x y"],
  ["#undef", "#define A 1\n#undef A\nA", "A"],
  ["#undef of nothing", "#undef A\nA", "A"],
  ["parameters", "#define F(a, b) b a\nF(1, 2)", "2 1"],
  ["a blank before the parenthesis of a definition", "#define F (a)\nF(1)", "(a)(1)"],
  ["a blank before the parenthesis of a call", "#define F(a) [a]\nF (1) F\n(2)", "[1] [2]"],
  ["a function-like name without a call", "#define F(a) [a]\nF F; F", "F F; F"],
  ["no parameters", "#define F() 7\nF() F( ) F", "7 7 F"],
  ["one empty argument", "#define F(a) [a]\nF() F( )", "[] []"],
  ["empty arguments", "#define F(a, b) [a|b]\nF(,) F(1,) F(,2)", "[|] [1|] [|2]"],
  ["commas in parentheses", "#define F(a) a\nF((1, 2))", "(1, 2)"],
  ["braces and brackets do not hide commas", "#define F(a, b) a b\nF({1, 2})", "{1 2}"],
  ["a call over several lines", "#define F(a, b) a-b\nF(\n1\n,\n\n2\n)\n3", "1-2 3"],
  ["a comment between name and call", "#define F(a) [a]\nF /* c */ // d\n(1)", "[1]"],
  ["arguments are expanded first", "#define A 1\n#define F(a) a a\nF(A)", "1 1"],
  ["results are scanned again", "#define A B\n#define B C\n#define C 3\nA", "3"],
  ["a macro does not expand in itself", "#define A A + B\n#define B A\nA", "A + A"],
  ["two macros that name each other", "#define A B\n#define B A\nA B", "A B"],
  ["a function-like macro in its own argument", "#define f(x) x f\nf(1)(2)", "1 f(2)"],
  ["its own call in an argument", "#define f(x) [x]\nf(f(f(1)))", "[[[1]]]"],
  ["a marked name stays marked as an argument", "#define f(x) x\n#define A f(A) g\nA", "A g"],
  ["a call that ends behind the expansion", "#define f(a) a*g\n#define g(a) f(a)\nf(2)(9)", "2*9*g"],
  ["a call that ends far behind", "#define f(a) a*g\n#define g(a) f(a)\nf(2)(3)(4)", "2*3*g(4)"],
  ["a name from a macro called by what follows", "#define A F\n#define F(x) [x]\nA(1)", "[1]"],
  ["a name from an argument called in the body", "#define F(x) [x]\n#define C(m) m(1)\nC(F)", "[1]"],
  ["a left parenthesis from a macro", "#define L (\n#define F(x) [x]\nF L 1 )", "F ( 1 )"],
  ["a left parenthesis in an argument", "#define L (\n#define F(x) [x]\n#define I(x) x\nI(F L 1 ))", "[1]"],
  [
    "delayed expansion",
    "#define E()\n#define D(x) x E()\n#define A() 123\n#define X(x) x\nD(A)() X(D(A)())",
    "A() 123",
  ],
  [
    "the standard's rescanning example",
    "#define x 3\n#define f(a) f(x * (a))\n#undef x\n#define x 2\n#define g f\n#define z z[0]\n" +
      "#define h g(~\n#define m(a) a(w)\n#define w 0,1\n#define t(a) a\n#define p() int\n#define q(x) x\n" +
      "#define r(x,y) x ## y\n#define str(x) # x\nf(y+1) + f(f(z)) % t(t(g)(0) + t)(1);\n" +
      "g(x+(3,4)-w) | h 5) & m\n(f)^m(m);\np() i[q()] = { q(1), r(2,3), r(4,), r(,5), r(,) };\n" +
      "char c[2][6] = { str(hello), str() };",
    "f(2 * (y+1)) + f(2 * (f(2 * (z[0])))) % f(2 * (0)) + t(1); f(2 * (2+(3,4)-0,1)) | f(2 * (~ 5)) & f(2 * (0,1))" +
      '^m(0,1); int i[] = { 1, 23, 4, 5, }; char c[2][6] = { "hello", "" };',
  ],
  [
    "the standard's # and ## example",
    '#define str(s) # s\n#define xstr(s) str(s)\n#define debug(s, t) printf("x" # s "= %d, x" # t "= %s", \\\n' +
      "x ## s, x ## t)\n#define INCFILE(n) vers ## n\n#define glue(a, b) a ## b\n#define xglue(a, b) glue(a, b)\n" +
      '#define HIGHLOW "hello"\n#define LOW LOW ", world"\ndebug(1, 2);\n' +
      'fputs(str(strncmp("abc\\0d", "abc", \'\\4\') // this goes away\n== 0) str(: @\\n), s);\n' +
      "xstr(INCFILE(2).h)\nglue(HIGH, LOW);\nxglue(HIGH, LOW)",
    'printf("x" "1" "= %d, x" "2" "= %s", x1, x2); fputs("strncmp(\\"abc\\\\0d\\", \\"abc\\", \'\\\\4\') == 0" ": @\\n", s);' +
      ' "vers2.h" "hello"; "hello" ", world"',
  ],
  [
    "the standard's placemarker example",
    "#define t(x,y,z) x ## y ## z\nt(1,2,3) t(,4,5) t(6,,7) t(8,9,) t(10,,) t(,11,) t(,,12) t(,,)",
    "123 45 67 89 10 11 12",
  ],
  [
    "## is not made by pasting",
    "#define hash_hash # ## #\n#define mkstr(a) # a\n#define in_between(a) mkstr(a)\n#define join(c, d) in_between(c hash_hash d)\nchar p[] = join(x, y);",
    'char p[] = "x ## y";',
  ],
  [
    "nested stringification",
    "#define S(x) #x\n#define X(x) S(x)\n#define A 1\nS(A) X(A) X(S(A))",
    '"A" "1" "\\"A\\""',
  ],
  [
    "white space in a string",
    "#define S(x) #x\nS(  a   b  ) S(a/**/b) S(a\nb) S( a+b ) S()",
    '"a b" "a b" "a b" "a+b" ""',
  ],
  [
    "quotes and backslashes in a string",
    "#define S(x) #x\nS(\"a\\n\") S('\"') S('\\'') S(\\n)",
    '"\\"a\\\\n\\"" "\'\\"\'" "\'\\\\\'\'" "\\n"',
  ],
  [
    "white space of an expanded argument",
    "#define S(x) #x\n#define X(x) S(x)\n#define I(x) x\n#define E\nX(a I(b) c) X(a E b) X(I( a )I( b )) X(-E-)",
    '"a b c" "a b" "ab" "--"',
  ],
  ["# in an object-like macro", "#define A # x\n#define S(x) #x\n#define X(x) S(x)\nX(A)", '"# x"'],
  ["%: is #", "%:define S(x) %:x\nS(a)", '"a"'],
  [
    "pasting names and numbers",
    "#define P(a,b) a##b\nP(x,1) P(1,x) P(.,5) P(1.,e) P(L,'a') P(L,\"s\")",
    "x1 1x .5 1.e L'a' L\"s\"",
  ],
  ["pasting punctuators", "#define P(a,b) a##b\nP(+,+) P(<,<=) P(-,>) P(|,|) P(&,=)", "++ <<= -> || &="],
  [
    "pasted arguments are not expanded",
    "#define A 1\n#define AA 2\n#define P(a,b) a##b a b\nP(A,A)",
    "2 1 1",
  ],
  ["a pasted name is expanded", "#define AB 3\n#define P(a,b) a##b\nP(A,B) P(A,)", "3 A"],
  ["pasting from left to right", "#define P(a,b,c,d) a##b##c##d\nP(1,.,e,+) P(x,,,y)", "1.e+ xy"],
  ["the first and the last token of an argument", "#define P(a,b) a##b\nP(x y,z w)", "x yz w"],
  ["pasting in an object-like macro", "#define A x ## y\n#define xy 4\nA", "4"],
  ["consecutive ##", "#define A x ## ## y\nA", "xy"],
  ["empty sides of ##", "#define P(a,b) [a##b]\nP(,) P(1,) P(,1)", "[] [1] [1]"],
  ["an argument list from a macro", "#define A 1,2\n#define F(x) G(x)\n#define G(x,y) y x\nF(A)", "2 1"],
  [
    "variable arguments",
    "#define V(a, ...) [a|__VA_ARGS__]\nV(1) V(1,) V(1,2) V(1,2,3) V(1,(2,3),4)",
    "[1|] [1|] [1|2] [1|2,3] [1|(2,3),4]",
  ],
  ["only variable arguments", "#define V(...) [__VA_ARGS__]\nV() V(1) V(,) V(1,2)", "[] [1] [,] [1,2]"],
  ["named variable arguments", "#define V(a, r...) [a|r]\nV(1) V(1,2,3)", "[1|] [1|2,3]"],
  [
    "stringified variable arguments",
    "#define V(...) #__VA_ARGS__\nV() V(a) V(a,b) V( a , b c ,(d) )",
    '"" "a" "a,b" "a , b c ,(d)"',
  ],
  [
    "the comma that ## swallows",
    "#define V(f, ...) p(f, ## __VA_ARGS__)\nV(1) V(1,) V(1,2) V(1,2,3)",
    "p(1) p(1,) p(1,2) p(1,2,3)",
  ],
  ["the same with a named parameter", "#define V(f, r...) p(f , ## r)\nV(1) V(1,2)", "p(1) p(1 ,2)"],
  ["the same with only variable arguments", "#define V(...) p(x, ## __VA_ARGS__)\nV() V(1)", "p(x) p(x,1)"],
  ["a comma without ## stays", "#define V(a, ...) p(a, __VA_ARGS__)\nV(1,) V(1,2)", "p(1,) p(1,2)"],
  [
    "arguments behind the comma are expanded all the same",
    "#define A 7\n#define V(f, ...) p(f, ## __VA_ARGS__)\nV(A, A, A)",
    "p(7, 7, 7)",
  ],
  ["__VA_OPT__", "#define V(a, ...) f(a __VA_OPT__(,) __VA_ARGS__)\nV(1) V(1,) V(1,2)", "f(1) f(1) f(1, 2)"],
  [
    "__VA_OPT__ asks for expanded arguments",
    "#define E\n#define V(...) [__VA_OPT__(x)]\nV() V(E) V(E E) V(0)",
    "[] [] [] [x]",
  ],
  ["__VA_OPT__ beside ##", "#define V(a, ...) a ## __VA_OPT__(x ## a) ## b\nV(1) V(1,2)", "1b 1x1b"],
  [
    "a stringified __VA_OPT__",
    "#define V(a, ...) #__VA_OPT__(a ## 1  b __VA_ARGS__)\nV(x) V(x,y)",
    '"" "x1 b y"',
  ],
  [
    "__VA_OPT__ with parentheses inside",
    "#define V(...) __VA_OPT__(f((1),(__VA_ARGS__)))!\nV() V(2)",
    "! f((1),(2))!",
  ],
  ["__LINE__", "__LINE__\n\n__LINE__ /*\n*/ __LINE__", "1 3 4"],
  ["__LINE__ in a macro", "#define L __LINE__\n#define F(x) x L\nL\nF(\n1\n)", "3 1 4"],
  ["__LINE__ as an argument", "#define F(x) x\nF(\n__LINE__\n)", "3"],
  ["__LINE__ behind a splice", "a \\\n__LINE__ \\\n\n__LINE__", "a 2 4"],
  ["__COUNTER__", "#define C __COUNTER__\nC C __COUNTER__", "0 1 2"],
  [
    "a unique name",
    "#define P_(a,b) a##b\n#define P(a,b) P_(a,b)\n#define U(x) P(x,__COUNTER__)\nU(a) U(a)",
    "a0 a1",
  ],
  ["__FILE__ and #line", '__FILE__\n#line 7 "x.h"\n__FILE__ __LINE__\n__LINE__', '"main.c" "x.h" 7 8'],
  ["#line with macros", '#define N 20\n#define F "y.h"\n#line N F\n__LINE__ __FILE__', '20 "y.h"'],
  ["a line marker", '# 9 "z.h" 1 3\n__LINE__', "9"],
  ["__BASE_FILE__ and __INCLUDE_LEVEL__", "__BASE_FILE__ __INCLUDE_LEVEL__", '"main.c" 0'],
  [
    "directives between arguments",
    "#define F(a) [a]\nF(1\n#define X 2\n#ifdef X\nX\n#else\nnot\n#endif\n3)",
    "[1 2 3]",
  ],
  [
    "a macro redefined between its arguments",
    "#define F(a) [a]\nF(1\n#undef F\n#define F(a) <a>\n2) F(3)",
    "[1 2] <3>",
  ],
  ["a directive before the parenthesis", "#define F(a) [a]\nF\n#define X\n(1)", "F (1)"],
  ["splices", '#def\\\nine A\\\nB 1\nAB A\\\nB x+\\\n+y "a\\\nb"', '1 1 x++y "ab"'],
  ["a splice behind blanks", "#define A 1 \\\n + 2\nA", "1 + 2"],
  ["comments are blanks", "a/* x */b // c\nd/**/(/* \n */)", "a b d ( )"],
  ["a comment over lines in a directive", "#define A /* x\ny */ 1 /* z\n*/ + 2\nA", "1 + 2"],
  ["a directive behind a comment", "/* x\n*/ # /* y */ define A 1\nA", "1"],
  ["no comments in literals", '"/* x */" \'//\' "\\"//"', '"/* x */" \'//\' "\\"//"'],
  ["preprocessing numbers", "1..2 0x1e+5 1e+5 .5.6 1_2u 0xe+1 x+1", "1..2 0x1e+5 1e+5 .5.6 1_2u 0xe+1 x+1"],
  ["longest match", "a+++++b x<<=y a-->b .... ->*", "a ++ ++ + b x <<= y a -- > b ... . -> *"],
  ["_Pragma is no token", 'a _Pragma("x y") b', "a b"],
  ["_Pragma from a macro", "#define P(x) _Pragma(#x) x\nP(foo) ;", "foo ;"],
  [
    "push_macro and pop_macro",
    '#define A 1\n#pragma push_macro("A")\n#undef A\n#define A 2\nA\n#pragma pop_macro("A")\nA',
    "2 1",
  ],
  ["a dollar sign in a name", "#define $a 1\n$a a$b", "1 a$b"],
  [
    "a chain of 256 names",
    "#define A0(x) x,x\n#define A1(x) A0(x),A0(x)\n#define A2(x) A1(x),A1(x)\n#define N(...) M(__VA_ARGS__,0)\n" +
      "#define M(a,b,c,d,e,f,g,h,i) i h\nN(A2(z))",
    "0 z",
  ],
  [
    "recursion by deferral",
    "#define EMPTY()\n#define DEFER(id) id EMPTY()\n#define OBSTRUCT(...) __VA_ARGS__ DEFER(EMPTY)()\n" +
      "#define EXPAND(...) __VA_ARGS__\n#define R_() R\n#define R(x) x DEFER(R_)()(x)\nEXPAND(EXPAND(R(1)))",
    "1 1 1 R_ ()(1)",
  ],
  [
    "IS_ENABLED as the kernel writes it",
    "#define __ARG_PLACEHOLDER_1 0,\n#define __take_second_arg(__ignored, val, ...) val\n" +
      "#define __and(x, y) ___and(x, y)\n#define ___and(x, y) ____and(__ARG_PLACEHOLDER_##x, y)\n" +
      "#define ____and(arg1_or_junk, y) __take_second_arg(arg1_or_junk y, 0)\n" +
      "#define __is_defined(x) ___is_defined(x)\n#define ___is_defined(val) ____is_defined(__ARG_PLACEHOLDER_##val)\n" +
      "#define ____is_defined(arg1_or_junk) __take_second_arg(arg1_or_junk 1, 0)\n#define CONFIG_A 1\n" +
      "__is_defined(CONFIG_A) __is_defined(CONFIG_B) __and(CONFIG_A, 1) __and(CONFIG_B, 1)",
    "1 0 1 0",
  ],
];
