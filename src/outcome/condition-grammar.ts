// The grammar of conditions (condition.ts), in ohm's notation. After a change: node scripts/condition-recipe.mjs

export const CONDITION_GRAMMAR = String.raw`
  Condition {
    Whole      = Quantified ";"?
    Quantified = keyword<"exists"> Prop      -- exists
               | Not keyword<"exists"> Prop  -- notExists
               | keyword<"forall"> Prop      -- forall
               | "(" Prop ")"                -- bare

    Prop       = Or
    Or         = Or "\\/" And        -- or
               | And
    And        = And "/\\" Implies   -- and
               | Implies
    Implies    = Unary "=>" Implies  -- implies
               | Unary
    Unary      = Not Unary           -- not
               | "(" Prop ")"        -- paren
               | Atom
    Not        = "~" | keyword<"not">

    Atom       = keyword<"true">     -- true
               | keyword<"false">    -- false
               | Location ("!=" | "<>") Value -- differs
               | Location ("==" | "=") Value  -- equal
    Value      = number | Location
    Location   = "[" name "]"        -- bracketed
               | name

    name       (a name)
               = quoted | register | path
    quoted     = "\"" (~"\"" any)+ "\""
    register   = digit+ ":" identifier
    path       = identifier step*
    step       = ("." | "->") identifier -- field
               | "[" digit+ "]"          -- element
    identifier = (letter | "_") (alnum | "_")*
    number     (a number)
               = "-"? magnitude ~alnum
    magnitude  = ("0x" | "0X") hexDigit+ -- hex
               | digit+                  -- decimal
    keyword<w> = w ~(alnum | "_")
  }
`;
