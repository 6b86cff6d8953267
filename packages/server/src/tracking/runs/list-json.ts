/** A page whose list is JSON already; what is undefined is left out. */
export function toListJson(name: string, list: string | undefined, pageToken: string | undefined): string {
  const members = [
    ...(list === undefined ? [] : [`"${name}":${list}`]),
    ...(pageToken === undefined ? [] : [`"next_page_token":${JSON.stringify(pageToken)}`]),
  ];
  return `{${members.join(',')}}`;
}
