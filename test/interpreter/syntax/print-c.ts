// Trees back to C, with every operand in parentheses: gcc must make the same code of it as of the original, and
// we the same tree. Nothing here knows precedence, so a tree that was read wrongly prints as another program.
import { decimalText } from "../../../interpreter/decimal/bid.js";
import type {
  Attribute,
  BlockItem,
  CharLiteral,
  Declaration,
  Declarator,
  DeclSpecifiers,
  Designator,
  Enumerator,
  Expr,
  ExternalItem,
  FunctionPart,
  Initializer,
  LabelPrefix,
  Member,
  StringLiteral,
  TranslationUnit,
  TypeName,
  TypeSpecifier,
} from "../../../interpreter/syntax/ast.js";
import { ATOMIC, CONST, RESTRICT, VOLATILE } from "../../../interpreter/syntax/ast.js";

export function unitToC(unit: TranslationUnit): string {
  return unit.items.map((item) => `${itemToC(item)}\n`).join("");
}

function words(...parts: readonly (string | false | null)[]): string {
  return parts.filter((part) => part !== false && part !== null && part !== "").join(" ");
}

export function itemToC(item: ExternalItem | BlockItem): string {
  switch (item.kind) {
    case "FunctionDefinition":
      // Attributes may not stand between a definition's declarator and its body.
      return words(
        attributes(item.declarator.attributes),
        typed(item.specifiers, { ...item.declarator, attributes: [] }),
        ...item.oldStyle.map(declaration),
        statement(item.body),
      );
    case "Declaration":
      return declaration(item);
    case "StaticAssert":
      return item.message === null
        ? `_Static_assert(${expr(item.condition)});`
        : `_Static_assert(${expr(item.condition)}, ${string(item.message)});`;
    case "LocalLabels":
      return `__label__ ${item.labels.map((label) => label.name).join(", ")};`;
    default:
      return statement(item);
  }
}

function declaration(node: Declaration): string {
  const declarators = node.declarators.map((init) => {
    const value = init.initializer === null ? "" : ` = ${initializer(init.initializer)}`;
    return declarator(init.declarator) + value;
  });
  return `${words(specifiers(node.specifiers), declarators.join(", "))};`;
}

function attributes(nodes: readonly Attribute[]): string {
  return nodes
    .map((node) => {
      const args = node.args.length === 0 ? "" : `(${node.args.map(expr).join(", ")})`;
      return `__attribute__((__${node.name}__${args}))`;
    })
    .join(" ");
}

// ---------------------------------------------------------------- types

function typed(base: DeclSpecifiers, node: Declarator): string {
  return words(specifiers(base), declarator(node));
}

function typeName(node: TypeName): string {
  return typed(node.specifiers, node.declarator);
}

function specifiers(node: DeclSpecifiers): string {
  return words(
    node.storage,
    node.threadLocal && "__thread",
    node.inline && "inline",
    node.noreturn && "_Noreturn",
    ...node.alignas.map(
      (operand) => `_Alignas(${operand.kind === "TypeName" ? typeName(operand) : expr(operand)})`,
    ),
    attributes(node.attributes),
    qualifiers(node.qualifiers),
    specifier(node.type),
  );
}

function qualifiers(bits: number): string {
  return words(
    (bits & CONST) !== 0 && "const",
    (bits & VOLATILE) !== 0 && "volatile",
    (bits & RESTRICT) !== 0 && "restrict",
    (bits & ATOMIC) !== 0 && "_Atomic",
  );
}

function specifier(type: TypeSpecifier): string {
  switch (type.kind) {
    case "BasicType":
      return words(type.complex && "_Complex", !type.implicit && type.name);
    case "TypedefName":
      return type.name;
    case "StructSpecifier":
      return words(
        type.isUnion ? "union" : "struct",
        type.members === null && attributes(type.attributes),
        type.tag?.name ?? "",
        type.members && `{ ${type.members.map(member).join(" ")} }`,
        type.members && attributes(type.attributes),
      );
    case "EnumSpecifier":
      return words(
        "enum",
        type.tag?.name ?? "",
        type.underlying && `: ${typeName(type.underlying)}`,
        type.enumerators && `{ ${type.enumerators.map(enumerator).join(", ")} }`,
        attributes(type.attributes),
      );
    case "TypeofSpecifier":
      return `__typeof__(${type.operand.kind === "TypeName" ? typeName(type.operand) : expr(type.operand)})`;
    case "AtomicSpecifier":
      return `_Atomic(${typeName(type.type)})`;
    case "AutoType":
      return "__auto_type";
  }
}

function member(node: Member): string {
  if (node.kind === "StaticAssert") return itemToC(node);
  const declarators = node.declarators.map((one) => {
    const width = one.width === null ? "" : ` : ${expr(one.width)}`;
    const bare = { ...one.declarator, attributes: [] };
    return words(declarator(bare) + width, attributes(one.declarator.attributes));
  });
  return `${words(specifiers(node.specifiers), declarators.join(", "))};`;
}

function enumerator(node: Enumerator): string {
  const value = node.value === null ? "" : ` = ${expr(node.value)}`;
  return words(node.name.name, attributes(node.attributes)) + value;
}

function declarator(node: Declarator): string {
  let text = node.name?.name ?? "";
  let afterPointer = false;
  for (const part of node.parts) {
    if (part.kind === "PointerPart") {
      text = `*${words(qualifiers(part.qualifiers), attributes(part.attributes), text)}`;
      afterPointer = true;
      continue;
    }
    if (afterPointer) text = `(${text})`;
    afterPointer = false;
    if (part.kind === "FunctionPart") {
      text += `(${parameters(part)})`;
    } else {
      const size = part.star ? "*" : part.size === null ? "" : expr(part.size);
      text += `[${words(part.isStatic && "static", qualifiers(part.qualifiers), size)}]`;
    }
  }
  const label = node.asmLabel === null ? "" : `__asm__(${string(node.asmLabel)})`;
  return words(text, label, attributes(node.attributes));
}

function parameters(part: FunctionPart): string {
  if (part.style === "identifiers") return part.identifiers.map((name) => name.name).join(", ");
  const printed = part.parameters.map((one) => typed(one.specifiers, one.declarator));
  if (part.variadic) printed.push("...");
  return printed.join(", ");
}

// ---------------------------------------------------------------- initialisers

function initializer(node: Initializer): string {
  if (node.kind !== "InitializerList") return expr(node);
  const items = node.items.map((item) => {
    const value = initializer(item.value);
    return item.designators.length === 0 ? value : `${item.designators.map(designator).join("")} = ${value}`;
  });
  return `{ ${items.join(", ")} }`;
}

function designator(node: Designator): string {
  switch (node.kind) {
    case "FieldDesignator":
      return `.${node.name.name}`;
    case "IndexDesignator":
      return `[${expr(node.index)}]`;
    case "RangeDesignator":
      return `[${expr(node.low)} ... ${expr(node.high)}]`;
  }
}

// ---------------------------------------------------------------- statements

function body(node: Exclude<BlockItem, { kind: "FunctionDefinition" }>): string {
  return node.kind === "Compound" ? statement(node) : `{ ${statement(node)} }`;
}

function statement(node: Exclude<BlockItem, { kind: "FunctionDefinition" }>): string {
  switch (node.kind) {
    case "Declaration":
    case "StaticAssert":
    case "LocalLabels":
      return itemToC(node);
    case "Compound":
      return `{ ${node.items.map(itemToC).join("\n")} }`;
    case "ExpressionStatement":
      return `${expr(node.expression)};`;
    case "EmptyStatement":
      return ";";
    case "If": {
      const tail = node.alternate === null ? "" : ` else ${body(node.alternate)}`;
      return `if (${expr(node.condition)}) ${body(node.consequent)}${tail}`;
    }
    case "Switch":
      return `switch (${expr(node.subject)}) ${body(node.body)}`;
    case "While":
      return `while (${expr(node.condition)}) ${body(node.body)}`;
    case "DoWhile":
      return `do ${body(node.body)} while (${expr(node.condition)});`;
    case "For": {
      const init =
        node.init === null
          ? ";"
          : node.init.kind === "Declaration"
            ? declaration(node.init)
            : `${expr(node.init)};`;
      const condition = node.condition === null ? "" : expr(node.condition);
      return `for (${init} ${condition}; ${node.step === null ? "" : expr(node.step)}) ${body(node.body)}`;
    }
    case "Goto":
      return `goto ${node.label.name};`;
    case "ComputedGoto":
      return `goto *${expr(node.target)};`;
    case "Continue":
      return "continue;";
    case "Break":
      return "break;";
    case "Return":
      return node.value === null ? "return;" : `return ${expr(node.value)};`;
    case "Labeled":
      return `${node.labels.map(label).join(" ")} ${statement(node.body)}`;
    case "AttributeStatement":
      return `${attributes(node.attributes)};`;
    case "Asm": {
      const head = words(
        "__asm__",
        node.isVolatile && "volatile",
        node.isInline && "inline",
        node.isGoto && "goto",
      );
      if (node.basic) return `${head}(${string(node.template)});`;
      const operand = (one: (typeof node.outputs)[number]) =>
        `${one.symbol === null ? "" : `[${one.symbol.name}] `}${string(one.constraint)} (${expr(one.value)})`;
      const sections = [
        string(node.template),
        node.outputs.map(operand).join(", "),
        node.inputs.map(operand).join(", "),
        node.clobbers.map(string).join(", "),
      ];
      if (node.isGoto) sections.push(node.labels.map((one) => one.name).join(", "));
      return `${head}(${sections.join(" : ")});`;
    }
  }
}

function label(node: LabelPrefix): string {
  switch (node.kind) {
    case "NamedLabel":
      return words(`${node.label.name}:`, attributes(node.attributes));
    case "CaseLabel":
      return node.high === null
        ? `case ${expr(node.low)}:`
        : `case ${expr(node.low)} ... ${expr(node.high)}:`;
    case "DefaultLabel":
      return "default:";
  }
}

// ---------------------------------------------------------------- expressions

function string(node: StringLiteral): string {
  if (node.units.length === 0) return `${node.encoding}""`;
  if (node.encoding === "" || node.encoding === "u8") {
    const text = Array.from(node.units, (unit) =>
      unit >= 32 && unit < 127 && unit !== 34 && unit !== 92 && unit !== 63
        ? String.fromCharCode(unit)
        : `\\${unit.toString(8).padStart(3, "0")}`,
    ).join("");
    return `${node.encoding}"${text}"`;
  }
  return Array.from(node.units, (unit) => `${node.encoding}"\\x${unit.toString(16)}"`).join(" ");
}

function char(node: CharLiteral): string {
  if (node.encoding !== "") return `${node.encoding}'\\x${(node.value >>> 0).toString(16)}'`;
  const bytes = [24, 16, 8, 0].map((shift) => (node.value >>> shift) & 255);
  const isSingle = node.value >= -128 && node.value < 128;
  const shown = isSingle ? bytes.slice(3) : bytes.slice(bytes.findIndex((byte) => byte !== 0));
  return `'${shown.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")}'`;
}

const SUFFIXES = { 4: "df", 8: "dd", 16: "dl" } as const;

/** Names, calls of names and constants stand alone; some builtins insist on it. */
function expr(node: Expr): string {
  switch (node.kind) {
    case "Name":
      return node.name;
    case "IntegerLiteral": {
      const digits = node.decimal ? `${node.value}` : `0x${node.value.toString(16)}`;
      return `${digits}${node.unsigned ? "u" : ""}${"l".repeat(node.longs)}`;
    }
    case "FloatLiteral": {
      const digits = Number.isFinite(node.value) ? String(node.value) : "1e9999";
      return `${/[.e]/.test(digits) ? digits : `${digits}.0`}${node.suffix}${node.imaginary ? "i" : ""}`;
    }
    case "DecimalLiteral":
      return node.inexact === "overflow"
        ? `1.e99999${SUFFIXES[node.size]}`
        : decimalText(node.bits, node.size).replace(/^(\d+)(E|$)/, "$1.$2") + SUFFIXES[node.size];
    case "CharLiteral":
      return char(node);
    case "StringLiteral":
      return string(node);
    case "Unary":
      return `(${node.operator} ${expr(node.operand)})`;
    case "Postfix":
      return `(${expr(node.operand)} ${node.operator})`;
    case "Binary":
      return `(${expr(node.left)} ${node.operator} ${expr(node.right)})`;
    case "Assign":
      return `(${expr(node.target)} ${node.operator} ${expr(node.value)})`;
    case "Conditional":
      return `(${expr(node.condition)} ? ${node.consequent === null ? "" : expr(node.consequent)} : ${expr(node.alternate)})`;
    case "Comma":
      return `(${expr(node.left)}, ${expr(node.right)})`;
    case "Call":
      return `${expr(node.callee)}(${node.args.map(expr).join(", ")})`;
    case "MemberAccess":
      return `(${expr(node.object)} ${node.arrow ? "->" : "."} ${node.member.name})`;
    case "Index":
      return `(${expr(node.object)}[${expr(node.index)}])`;
    case "Cast":
      return `((${typeName(node.type)}) ${expr(node.operand)})`;
    case "CompoundLiteral":
      return `((${typeName(node.type)}) ${initializer(node.initializer)})`;
    case "SizeofExpr":
      return `(sizeof ${expr(node.operand)})`;
    case "SizeofType":
      return `sizeof(${typeName(node.type)})`;
    case "AlignofExpr":
      return `(${node.preferred ? "__alignof__" : "_Alignof"} ${expr(node.operand)})`;
    case "AlignofType":
      return `${node.preferred ? "__alignof__" : "_Alignof"}(${typeName(node.type)})`;
    case "LabelAddress":
      return `(&&${node.label.name})`;
    case "StatementExpr":
      return `(${statement(node.body)})`;
    case "Generic": {
      const associations = node.associations.map(
        (one) => `${one.type === null ? "default" : typeName(one.type)}: ${expr(one.value)}`,
      );
      return `_Generic(${[expr(node.control), ...associations].join(", ")})`;
    }
    case "Offsetof": {
      const path = node.path.map(designator).join("").slice(1);
      return `__builtin_offsetof(${typeName(node.type)}, ${path})`;
    }
    case "VaArg":
      return `__builtin_va_arg(${expr(node.list)}, ${typeName(node.type)})`;
    case "TypesCompatible":
      return `__builtin_types_compatible_p(${typeName(node.left)}, ${typeName(node.right)})`;
    case "ChooseExpr":
      return `__builtin_choose_expr(${expr(node.condition)}, ${expr(node.consequent)}, ${expr(node.alternate)})`;
  }
}
