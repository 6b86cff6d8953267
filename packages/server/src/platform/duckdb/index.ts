export { answerDuckJob } from './answer-duck-job.ts';
export { type Duck, openDuck, quoteLiteral } from './duck.ts';
export { duckTempFolder, runDuckJob } from './duck-job.ts';
