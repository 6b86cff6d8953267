/** What hides a semicolon: strings, quoted names, comments. Sticky, so that each is matched where the scan stands. */
const hidden = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/y;
const escapeString = /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y;

/** The statements of an SQL file as PostgreSQL's lexer, which DuckDB uses, tells them apart; empty ones are left out. */
export function splitStatements(sql: string): readonly string[] {
  const statements: string[] = [];
  let begin = 0;
  let position = 0;
  const finish = () => {
    statements.push(sql.slice(begin, position).trim());
    begin = position + 1;
  };
  while (position < sql.length) {
    const skipped = skipHidden(sql, position);
    if (skipped > position) {
      position = skipped;
      continue;
    }
    if (sql[position] === ';') finish();
    position++;
  }
  finish();
  return statements.filter((statement) => withoutComments(statement) !== '');
}

/** The first word of a statement, in capitals. */
export function firstWord(statement: string): string {
  return /^[A-Za-z]+/.exec(withoutComments(statement).replace(/^\(+\s*/, ''))?.[0].toUpperCase() ?? '';
}

function withoutComments(statement: string): string {
  let rest = statement.trimStart();
  while (rest.startsWith('--') || rest.startsWith('/*')) rest = rest.slice(skipHidden(rest, 0)).trimStart();
  return rest;
}

/** Where the hidden piece that begins here ends; the position itself where none begins. */
function skipHidden(sql: string, position: number): number {
  if (sql.startsWith('/*', position)) return skipBlockComment(sql, position);
  const isWordBefore = /[\w$]/.test(sql[position - 1] ?? '');
  const pattern = !isWordBefore && /[eE]/.test(sql[position] ?? '') ? escapeString : hidden;
  pattern.lastIndex = position;
  const match = pattern.exec(sql);
  if (match) return position + match[0].length;
  // A string that is never closed hides the rest; DuckDB then tells what is wrong with it.
  return sql[position] === "'" || sql[position] === '"' ? sql.length : position;
}

/** Block comments nest, as the standard has it. */
function skipBlockComment(sql: string, position: number): number {
  let depth = 0;
  for (let at = position; at < sql.length; at++) {
    if (sql.startsWith('/*', at)) {
      depth++;
      at++;
    } else if (sql.startsWith('*/', at)) {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  return sql.length;
}
