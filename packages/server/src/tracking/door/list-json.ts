/** A page whose items are JSON already, with commas between; what is empty or undefined is left out. */
export function toListJson(name: string, items: string, pageToken: string | undefined): string {
  return items === '' ? endOf('empty', pageToken) : beginningOf(name) + items + endOf('filled', pageToken);
}

/**
 * A long page piece by piece, so that it is never in memory as a whole.
 * @param items some items each time, as in `toListJson`; at last the token of the next page
 */
export async function* toListPieces(
  name: string,
  items: AsyncGenerator<string, string | undefined>,
): AsyncGenerator<string> {
  let waiting = '';
  let next = await items.next();
  for (; !next.done; next = await items.next()) {
    if (next.value === '') continue;
    if (waiting !== '') yield waiting;
    waiting = (waiting === '' ? beginningOf(name) : ',') + next.value;
  }
  yield waiting + endOf(waiting === '' ? 'empty' : 'filled', next.value);
}

function beginningOf(name: string): string {
  return `{"${name}":[`;
}

function endOf(list: 'empty' | 'filled', pageToken: string | undefined): string {
  const token = pageToken === undefined ? '' : `"next_page_token":${JSON.stringify(pageToken)}`;
  if (list === 'empty') return `{${token}}`;
  return token === '' ? ']}' : `],${token}}`;
}
