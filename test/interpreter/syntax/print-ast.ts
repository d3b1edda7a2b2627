// Trees as S-expressions, for tests: types are written from the name outwards, `int *a[3]` as
// `(decl a (array 3 (ptr int)))`.
import type {
  Attribute,
  BlockItem,
  Declaration,
  Declarator,
  DeclSpecifiers,
  Designator,
  Enumerator,
  Expr,
  ExternalItem,
  FieldDeclaration,
  FunctionDefinition,
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

export function printUnit(unit: TranslationUnit): string {
  return unit.items.map(printItem).join("\n");
}

function list(head: string, ...parts: readonly (string | null | undefined | false)[]): string {
  return `(${[head, ...parts.filter((part) => typeof part === "string" && part !== "")].join(" ")})`;
}

export function printItem(item: ExternalItem | BlockItem): string {
  switch (item.kind) {
    case "FunctionDefinition":
      return functionDefinition(item);
    case "Declaration":
      return declaration(item);
    case "StaticAssert":
      return list("static-assert", printExpr(item.condition), item.message && string(item.message));
    case "LocalLabels":
      return list("local-labels", ...item.labels.map((label) => label.name));
    default:
      return statement(item);
  }
}

function functionDefinition(node: FunctionDefinition): string {
  return list(
    "fn",
    storage(node.specifiers),
    node.declarator.name!.name,
    printType(node.specifiers, node.declarator),
    ...attributes(node.declarator.attributes),
    ...node.oldStyle.map(declaration),
    statement(node.body),
  );
}

function declaration(node: Declaration): string {
  const head = storage(node.specifiers);
  if (node.declarators.length === 0) return list("decl", head, baseType(node.specifiers));
  return node.declarators
    .map((init) =>
      list(
        "decl",
        head,
        init.declarator.name!.name,
        printType(node.specifiers, init.declarator),
        ...attributes(init.declarator.attributes),
        init.declarator.asmLabel && list("asm", string(init.declarator.asmLabel)),
        init.initializer && `= ${initializer(init.initializer)}`,
      ),
    )
    .join(" ");
}

function storage(specifiers: DeclSpecifiers): string {
  return [
    specifiers.storage,
    specifiers.threadLocal && "thread",
    specifiers.inline && "inline",
    specifiers.noreturn && "noreturn",
    ...specifiers.alignas.map((operand) =>
      list("alignas", operand.kind === "TypeName" ? typeName(operand) : printExpr(operand)),
    ),
    ...attributes(specifiers.attributes),
  ]
    .filter((part) => part)
    .join(" ");
}

function attributes(nodes: readonly Attribute[]): string[] {
  return nodes.map((node) => list(`@${node.name}`, ...node.args.map(printExpr)));
}

// ---------------------------------------------------------------- types

export function printType(specifiers: DeclSpecifiers, declarator: Declarator): string {
  let type = baseType(specifiers);
  for (let i = declarator.parts.length - 1; i >= 0; i--) {
    const part = declarator.parts[i]!;
    switch (part.kind) {
      case "PointerPart":
        type = qualified(part.qualifiers, list("ptr", ...attributes(part.attributes), type));
        break;
      case "ArrayPart": {
        const size = part.star ? "*" : part.size === null ? "" : printExpr(part.size);
        type = qualified(part.qualifiers, list("array", part.isStatic && "static", size, type));
        break;
      }
      case "FunctionPart":
        type = list("func", parameters(part), type);
    }
  }
  return type;
}

function typeName(node: TypeName): string {
  return printType(node.specifiers, node.declarator);
}

function qualified(qualifiers: number, type: string): string {
  let result = type;
  if (qualifiers & ATOMIC) result = list("atomic", result);
  if (qualifiers & RESTRICT) result = list("restrict", result);
  if (qualifiers & VOLATILE) result = list("volatile", result);
  if (qualifiers & CONST) result = list("const", result);
  return result;
}

function parameters(part: FunctionPart): string {
  if (part.style === "empty") return "()";
  if (part.style === "identifiers") return `(k&r ${part.identifiers.map((name) => name.name).join(" ")})`;
  const printed = part.parameters.map((parameter) => {
    const { declarator } = parameter;
    const type = printType(parameter.specifiers, declarator);
    const extra = [
      ...attributes(parameter.specifiers.attributes),
      ...attributes(declarator.attributes),
      parameter.specifiers.storage ?? "",
    ];
    const name = declarator.name?.name;
    const text = name === undefined ? type : `${name}:${type}`;
    return [text, ...extra.filter((one) => one !== "")].join(" ");
  });
  if (part.variadic) printed.push("...");
  return `(${printed.join(" ")})`;
}

function baseType(specifiers: DeclSpecifiers): string {
  return qualified(specifiers.qualifiers, specifier(specifiers.type));
}

function specifier(type: TypeSpecifier): string {
  switch (type.kind) {
    case "BasicType": {
      const name = (type.complex ? "complex " : "") + type.name;
      return (type.implicit ? "implicit-" : "") + name.replace(/ /g, "-");
    }
    case "TypedefName":
      return type.name;
    case "StructSpecifier":
      return list(
        type.isUnion ? "union" : "struct",
        type.tag?.name,
        type.members && `{${type.members.map(member).join(" ")}}`,
        ...attributes(type.attributes),
      );
    case "EnumSpecifier":
      return list(
        "enum",
        type.tag?.name,
        type.underlying && `: ${typeName(type.underlying)}`,
        type.enumerators && `{${type.enumerators.map(enumerator).join(" ")}}`,
        ...attributes(type.attributes),
      );
    case "TypeofSpecifier":
      return list(
        type.unqualified ? "typeof-unqual" : "typeof",
        type.operand.kind === "TypeName" ? typeName(type.operand) : printExpr(type.operand),
      );
    case "AtomicSpecifier":
      return list("atomic-type", typeName(type.type));
    case "AutoType":
      return "auto-type";
  }
}

function member(node: Member): string {
  return node.kind === "StaticAssert" ? printItem(node) : field(node);
}

function field(node: FieldDeclaration): string {
  const { specifiers } = node;
  const shared = attributes(specifiers.attributes);
  if (node.declarators.length === 0) return [baseType(specifiers), ...shared].join(" ");
  return node.declarators
    .map((one) => {
      const { declarator } = one;
      const type = printType(specifiers, declarator);
      const width = one.width === null ? "" : `:${printExpr(one.width)}`;
      return [
        `${declarator.name?.name ?? "_"}:${type}${width}`,
        ...shared,
        ...attributes(declarator.attributes),
      ].join(" ");
    })
    .join(" ");
}

function enumerator(node: Enumerator): string {
  const name = [node.name.name, ...attributes(node.attributes)].join(" ");
  return node.value === null ? name : `${name}=${printExpr(node.value)}`;
}

// ---------------------------------------------------------------- initialisers

function initializer(node: Initializer): string {
  if (node.kind !== "InitializerList") return printExpr(node);
  const items = node.items.map((item) => {
    const value = initializer(item.value);
    return item.designators.length === 0 ? value : `${item.designators.map(designator).join("")}=${value}`;
  });
  return `{${items.join(" ")}}`;
}

function designator(node: Designator): string {
  switch (node.kind) {
    case "FieldDesignator":
      return `.${node.name.name}`;
    case "IndexDesignator":
      return `[${printExpr(node.index)}]`;
    case "RangeDesignator":
      return `[${printExpr(node.low)} ... ${printExpr(node.high)}]`;
  }
}

// ---------------------------------------------------------------- statements

function statement(node: Exclude<BlockItem, { kind: "FunctionDefinition" }> | null): string {
  if (node === null) return "";
  switch (node.kind) {
    case "Declaration":
    case "StaticAssert":
    case "LocalLabels":
      return printItem(node);
    case "Compound":
      return list("block", ...node.items.map(printItem));
    case "ExpressionStatement":
      return printExpr(node.expression);
    case "EmptyStatement":
      return ";";
    case "If":
      return list(
        "if",
        printExpr(node.condition),
        statement(node.consequent),
        node.alternate && statement(node.alternate),
      );
    case "Switch":
      return list("switch", printExpr(node.subject), statement(node.body));
    case "While":
      return list("while", printExpr(node.condition), statement(node.body));
    case "DoWhile":
      return list("do", statement(node.body), printExpr(node.condition));
    case "For": {
      const init =
        node.init === null
          ? "_"
          : node.init.kind === "Declaration"
            ? declaration(node.init)
            : printExpr(node.init);
      return list(
        "for",
        init,
        node.condition === null ? "_" : printExpr(node.condition),
        node.step === null ? "_" : printExpr(node.step),
        statement(node.body),
      );
    }
    case "Goto":
      return list("goto", node.label.name);
    case "ComputedGoto":
      return list("goto*", printExpr(node.target));
    case "Continue":
      return "(continue)";
    case "Break":
      return "(break)";
    case "Return":
      return list("return", node.value && printExpr(node.value));
    case "Labeled":
      return list("labels", `[${node.labels.map(label).join(" ")}]`, statement(node.body));
    case "AttributeStatement":
      return list("attributes", ...attributes(node.attributes));
    case "Asm": {
      const operand = (one: (typeof node.outputs)[number]) =>
        [one.symbol && `[${one.symbol.name}]`, string(one.constraint), printExpr(one.value)]
          .filter((part) => part !== null)
          .join(" ");
      return list(
        "asm",
        node.isVolatile && "volatile",
        node.isInline && "inline",
        node.isGoto && "goto",
        node.basic && "basic",
        string(node.template),
        node.outputs.length > 0 && list("out", ...node.outputs.map(operand)),
        node.inputs.length > 0 && list("in", ...node.inputs.map(operand)),
        node.clobbers.length > 0 && list("clobber", ...node.clobbers.map(string)),
        node.labels.length > 0 && list("to", ...node.labels.map((one) => one.name)),
      );
    }
  }
}

function label(node: LabelPrefix): string {
  switch (node.kind) {
    case "NamedLabel":
      return [node.label.name, ...attributes(node.attributes)].join(" ");
    case "CaseLabel":
      return node.high === null ? printExpr(node.low) : `${printExpr(node.low)} ... ${printExpr(node.high)}`;
    case "DefaultLabel":
      return "default";
  }
}

// ---------------------------------------------------------------- expressions

function string(node: StringLiteral): string {
  const text = Array.from(node.units, (unit) =>
    unit >= 32 && unit < 127 && unit !== 34 && unit !== 92
      ? String.fromCharCode(unit)
      : `\\${unit.toString(16)}`,
  ).join("");
  return `${node.encoding}"${text}"`;
}

export function printExpr(node: Expr): string {
  switch (node.kind) {
    case "Name":
      return node.name;
    case "IntegerLiteral":
      return `${node.value}${node.unsigned ? "u" : ""}${"l".repeat(node.longs)}`;
    case "FloatLiteral":
      return `${Number.isInteger(node.value) ? node.value.toFixed(1) : node.value}${node.suffix}`;
    case "DecimalLiteral":
      return `0x${node.bits.toString(16)}:${node.size}`;
    case "CharLiteral":
      return `${node.encoding}'${node.value}'`;
    case "StringLiteral":
      return string(node);
    case "Unary": {
      const names: Record<string, string> = { "*": "deref", "&": "addr", "-": "neg", "+": "plus" };
      return list(names[node.operator] ?? node.operator, printExpr(node.operand));
    }
    case "Postfix":
      return list(`post${node.operator}`, printExpr(node.operand));
    case "Binary":
      return list(node.operator, printExpr(node.left), printExpr(node.right));
    case "Assign":
      return list(node.operator, printExpr(node.target), printExpr(node.value));
    case "Conditional":
      return list(
        "?",
        printExpr(node.condition),
        node.consequent === null ? "_" : printExpr(node.consequent),
        printExpr(node.alternate),
      );
    case "Comma":
      return list(",", printExpr(node.left), printExpr(node.right));
    case "Call":
      return list("call", printExpr(node.callee), ...node.args.map(printExpr));
    case "MemberAccess":
      return list(node.arrow ? "->" : ".", printExpr(node.object), node.member.name);
    case "Index":
      return list("[]", printExpr(node.object), printExpr(node.index));
    case "Cast":
      return list("cast", typeName(node.type), printExpr(node.operand));
    case "CompoundLiteral":
      return list("literal", typeName(node.type), initializer(node.initializer));
    case "SizeofExpr":
      return list("sizeof", printExpr(node.operand));
    case "SizeofType":
      return list("sizeof-type", typeName(node.type));
    case "AlignofExpr":
      return list(node.preferred ? "__alignof" : "alignof", printExpr(node.operand));
    case "AlignofType":
      return list(node.preferred ? "__alignof-type" : "alignof-type", typeName(node.type));
    case "LabelAddress":
      return list("&&", node.label.name);
    case "StatementExpr":
      return list("stmt-expr", ...node.body.items.map(printItem));
    case "Generic":
      return list(
        "generic",
        printExpr(node.control),
        ...node.associations.map((one) =>
          list(one.type === null ? "default" : typeName(one.type), printExpr(one.value)),
        ),
      );
    case "Offsetof":
      return list("offsetof", typeName(node.type), node.path.map(designator).join(""));
    case "VaArg":
      return list("va-arg", printExpr(node.list), typeName(node.type));
    case "TypesCompatible":
      return list("compatible", typeName(node.left), typeName(node.right));
    case "ChooseExpr":
      return list("choose", printExpr(node.condition), printExpr(node.consequent), printExpr(node.alternate));
  }
}
