export { toListJson, toListPieces } from './list-json.ts';
export {
  DoubleMessage,
  FileList,
  FileMessage,
  KeyValueMessage,
  listOf,
  maxResults,
  Nothing,
} from './messages.ts';
export { invalidParameter, missingParameter, refusedParameter } from './mlflow-error.ts';
export {
  type MlflowCaller,
  type MlflowRoute,
  mlflowRoute,
  mountMlflowErrors,
  mountMlflowRoutes,
  speakMlflow,
} from './mlflow-route.ts';
export {
  fromKeyValues,
  type KeyValue,
  toKeyValues,
  toWireDouble,
  toWireList,
  toWireOptional,
} from './wire.ts';
