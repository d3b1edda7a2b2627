// The checked tree as text, one form a node: (kind type operands). Types are written as gcc writes them; a load is
// [place], with ! for volatile, @ for atomic and ? for a tolerated race behind it; names stand for objects.

import type {
  AutoInit,
  Expr,
  FunctionDefinition,
  Leave,
  ObjectSymbol,
  Place,
  Stmt,
} from "../../../interpreter/sema/tree.js";
import { Access } from "../../../interpreter/sema/tree.js";
import { typeName } from "../../../interpreter/sema/type-names.js";
import type { CType } from "../../../interpreter/sema/types.js";

const name = (type: CType) => {
  const text = typeName(type.canonical);
  return text.includes(" ") ? `<${text}>` : text;
};

function marks(access: number): string {
  return (
    (access & Access.Volatile ? "!" : "") +
    (access & Access.Atomic ? "@" : "") +
    (access & Access.DataRace ? "?" : "")
  );
}

function objectName(object: ObjectSymbol): string {
  return object.name === "" ? "<literal>" : object.name;
}

export function printPlace(place: Place): string {
  switch (place.kind) {
    case "object":
      return objectName(place.object);
    case "deref":
      return `*${printExpr(place.pointer)}`;
    case "member": {
      const bits = place.bits === null ? "" : `:${place.bits.width}`;
      return `${printPlace(place.base)}.${place.field.name}@${place.offset}${bits}`;
    }
    case "string":
      return JSON.stringify(String.fromCharCode(...place.literal.bytes.subarray(0, -1)));
    case "compound":
      return `(literal ${name(place.type)} ${printInit(place.init)})`;
    case "temporary":
      return `(temporary ${printExpr(place.value)})`;
  }
}

export function printExpr(expr: Expr): string {
  const type = name(expr.type);
  switch (expr.kind) {
    case "int":
      return type === "int" ? `${expr.value}` : `${expr.value}:${type}`;
    case "float":
      return `${expr.value}:${type}`;
    case "decimal":
      return `0x${expr.bits.toString(16)}:${type}`;
    case "function":
      return `&${expr.fn.name}`;
    case "label":
      return `&&${expr.label.name}`;
    case "load":
      return `[${printPlace(expr.place)}]${marks(expr.access)}`;
    case "address":
      return `${expr.decay ? "decay " : "&"}${printPlace(expr.place)}`;
    case "unary":
      return `(${expr.op} ${type} ${printExpr(expr.operand)})`;
    case "binary":
      return `(${expr.op} ${type} ${printExpr(expr.left)} ${printExpr(expr.right)})`;
    case "compare":
    case "logical":
      return `(${expr.op} ${printExpr(expr.left)} ${printExpr(expr.right)})`;
    case "conditional":
      return `(? ${type} ${printExpr(expr.test)} ${printExpr(expr.consequent)} ${printExpr(expr.alternate)})`;
    case "comma":
      return `(, ${printExpr(expr.left)} ${printExpr(expr.right)})`;
    case "cast":
      return `(${expr.conversion}${expr.implicit ? "" : "!"} ${type} ${printExpr(expr.operand)})`;
    case "ptradd": {
      const size = typeof expr.size === "number" ? expr.size : printExpr(expr.size);
      return `(${expr.subtract ? "ptrsub" : "ptradd"} ${printExpr(expr.pointer)} ${printExpr(expr.index)} *${size})`;
    }
    case "ptrdiff":
      return `(ptrdiff ${printExpr(expr.left)} ${printExpr(expr.right)} /${typeof expr.size === "number" ? expr.size : printExpr(expr.size)})`;
    case "assign":
      return `(= ${printPlace(expr.place)} ${printExpr(expr.value)})${marks(expr.access)}`;
    case "update": {
      const scale =
        expr.op === "ptradd" || expr.op === "ptrsub"
          ? ` *${typeof expr.size === "number" ? expr.size : printExpr(expr.size)}`
          : "";
      return `(${expr.op}= ${name(expr.compute)} ${printPlace(expr.place)} ${printExpr(expr.value)}${scale} ${expr.result})${marks(expr.access)}`;
    }
    case "call": {
      const callee = expr.fn === null ? `*${printExpr(expr.pointer!)}` : expr.fn.name;
      return `(call ${[callee, ...expr.args.map(printExpr)].join(" ")})`;
    }
    case "statements":
      return `({ ${printStmts(expr.block.body)} ${expr.value === null ? "" : `=> ${printExpr(expr.value)}`}${printLeave(expr.block.leave)} })`;
    case "temp":
      return `t${expr.temp.id}`;
    case "set-temp":
      return `(t${expr.temp.id} := ${printExpr(expr.value)})`;
    case "builtin":
      return `(${[`#${expr.op}`, ...expr.args.map(printExpr)].join(" ")})`;
    case "overflow": {
      const target = expr.target === null ? "" : ` ${printExpr(expr.target)}`;
      return `(${expr.op}-overflow ${name(expr.wrap)} ${printExpr(expr.left)} ${printExpr(expr.right)}${target})`;
    }
    case "atomic": {
      const value = expr.value === null ? "" : ` ${printExpr(expr.value)}`;
      return `(atomic-${expr.op} ${name(expr.object)} ${printExpr(expr.pointer)}${value} ${expr.result} ${expr.order})`;
    }
    case "cmpxchg":
      return `(cmpxchg-${expr.form} ${name(expr.object)} ${printExpr(expr.pointer)} ${printExpr(expr.expected)} ${printExpr(expr.desired)} ${expr.order})`;
    case "va-arg":
      return `(va-arg ${type} ${printExpr(expr.list)})`;
    case "to-union":
      return `(to-union ${expr.field.name} ${printExpr(expr.value)})`;
    case "invalid":
      return "<invalid>";
  }
}

function printInit(init: AutoInit): string {
  const entries = init.entries.map((entry) => {
    const bits = entry.bits === null ? "" : `:${entry.bits.bitOffset}+${entry.bits.width}`;
    const repeat = entry.count === 1 ? "" : ` x${entry.count}/${entry.stride}`;
    const value =
      entry.value instanceof Uint8Array
        ? JSON.stringify(String.fromCharCode(...entry.value))
        : printExpr(entry.value);
    return `${entry.offset}${bits}${repeat}=${value}`;
  });
  return `{${[...(init.zero ? ["zero"] : []), ...entries].join(", ")}}`;
}

function printLeave(leave: readonly Leave[]): string {
  if (leave.length === 0) return "";
  return ` leaving ${leave.map((one) => `${one.kind} ${one.object.name}`).join(", ")}`;
}

export function printStmts(stmts: readonly Stmt[]): string {
  return stmts.map(printStmt).join(" ");
}

export function printStmt(stmt: Stmt): string {
  switch (stmt.kind) {
    case "expr":
      return `${printExpr(stmt.expr)};`;
    case "declare": {
      const size = stmt.object.vlaSize === null ? "" : `[${printExpr(stmt.object.vlaSize)}]`;
      return `${name(stmt.object.type)} ${stmt.object.name}${size}${stmt.init === null ? "" : ` ${printInit(stmt.init)}`};`;
    }
    case "block":
      return `{ ${printStmts(stmt.body)}${printLeave(stmt.leave)} }`;
    case "if": {
      const otherwise = stmt.alternate === null ? "" : ` else ${printStmt(stmt.alternate)}`;
      return `if ${printExpr(stmt.test)} ${printStmt(stmt.consequent)}${otherwise}`;
    }
    case "loop": {
      const parts = [
        stmt.test === null ? "" : printExpr(stmt.test),
        stmt.step === null ? "" : printExpr(stmt.step),
      ];
      return `${stmt.doWhile ? "do" : "loop"} (${parts.join("; ")}) ${printStmt(stmt.body)}`;
    }
    case "switch": {
      const cases = stmt.cases.map(({ low, high }) => (low === high ? `${low}` : `${low}..${high}`));
      if (stmt.default !== null) cases.push("default");
      return `switch ${printExpr(stmt.value)} (${cases.join(" ")}) ${printStmt(stmt.body)}`;
    }
    case "case":
      return `case: ${printStmt(stmt.body)}`;
    case "label":
      return `${stmt.label.name}: ${printStmt(stmt.body)}`;
    case "goto":
      return `goto ${stmt.label.name}${printLeave(stmt.leave)};`;
    case "goto-value":
      return `goto *${printExpr(stmt.value)};`;
    case "break":
      return `break${printLeave(stmt.leave)};`;
    case "continue":
      return `continue${printLeave(stmt.leave)};`;
    case "return":
      return `return${stmt.value === null ? "" : ` ${printExpr(stmt.value)}`}${printLeave(stmt.leave)};`;
    case "empty":
      return ";";
  }
}

export function printFunction(definition: FunctionDefinition): string {
  return printStmt(definition.body);
}
