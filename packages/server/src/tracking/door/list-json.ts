/** A page whose items are JSON already, with commas between; what is empty or undefined is left out. */
export function toListJson(name: string, items: string, pageToken: string | undefined): string {
  const members = [
    ...(items === '' ? [] : [`"${name}":[${items}]`]),
    ...(pageToken === undefined ? [] : [`"next_page_token":${JSON.stringify(pageToken)}`]),
  ];
  return `{${members.join(',')}}`;
}
