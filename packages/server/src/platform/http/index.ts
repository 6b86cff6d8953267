export { toDividendError, toErrorBody } from './error-handler.ts';
export { type App, createHttpApp } from './http-app.ts';
export { serveConsole } from './serve-console.ts';
