export { parseExactJson, parsePythonJson, readExactNumber } from './exact-json.ts';
