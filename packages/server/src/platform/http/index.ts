export { toDividendError, toErrorBody } from './error-handler.ts';
export { type App, createHttpApp } from './http-app.ts';
export { mountOpenApi } from './open-api/open-api-route.ts';
export { publicBaseUrl } from './public-base-url.ts';
export { sendPieces } from './send-pieces.ts';
export { serveConsole } from './serve-console.ts';
