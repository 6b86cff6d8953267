export { parseExactJson, readExactNumber } from './exact-json.ts';
