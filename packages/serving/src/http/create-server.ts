import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { DividendError } from '@dividend/core/errors';
import { toFault } from '../infer/run-arm.ts';
import { type Admission, createAdmission } from './admission.ts';
import { answerQuestion } from './answer-question.ts';
import type { Doors } from './doors.ts';
import { type InferPath, parsePath } from './parse-path.ts';
import { readBody } from './read-body.ts';
import { send, sendError, sendJson } from './send.ts';

export interface ServingServer {
  readonly server: Server;
  readonly admission: Admission;
}

/** A request that is not complete by then is ended by the server: slow senders must not hold connections. */
const requestTimeoutMs = 60_000;
const headersTimeoutMs = 15_000;
/** Longer than the idle timeout of usual clients and balancers, so that they close first and none meets a closed connection. */
const keepAliveTimeoutMs = 75_000;

export function createServingServer(doors: Doors): ServingServer {
  const admission = createAdmission(doors.limits);
  const server = createServer({ requestTimeout: requestTimeoutMs, headersTimeout: headersTimeoutMs });
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.on('request', (request, response) => {
    response.on('finish', () => doors.metrics.countResponse(response.statusCode));
    handle(doors, admission, request, response).catch((error: unknown) => {
      const fault = toFault(error);
      if (fault.code === 'INTERNAL')
        doors.log.error('A request failed', { path: request.url, error: fault.cause });
      sendError(response, fault);
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const body = JSON.stringify({ error: `Request could not be read: ${error.message}` });
    const status =
      error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
    socket.end(
      `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  });
  return { server, admission };
}

async function handle(
  doors: Doors,
  admission: Admission,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = parsePath(request.url ?? '/');
  if (path === undefined) throw notFound(request);
  const isPost = path.kind === 'infer' || path.kind === 'index';
  const isAllowed = isPost
    ? request.method === 'POST'
    : request.method === 'GET' || request.method === 'HEAD';
  if (!isAllowed) return refuseMethod(request, response, isPost ? 'POST' : 'GET, HEAD');
  if (path.kind === 'infer') return infer(doors, admission, path, request, response);
  request.resume();
  const { status, contentType, body } = answerQuestion(doors, path, admission.inFlight);
  send(response, status, contentType, body);
}

async function infer(
  doors: Doors,
  admission: Admission,
  path: InferPath,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const deadline = performance.now() + doors.limits.deadlineMs;
  let body: Buffer;
  const ticket = enter(doors, admission, path.model);
  try {
    try {
      body = await readBody(request, doors.limits.maxBodyBytes, ticket);
      if (request.headers['inference-header-content-length'] !== undefined) throw binaryTensors();
    } catch (error) {
      doors.predictor.turnAway(path.model, toFault(error));
      throw error;
    }
    const answer = await doors.predictor.predict({
      modelName: path.model,
      version: path.version,
      body,
      deadline,
      isCallerGone: () => response.destroyed,
    });
    sendJson(response, 200, answer);
  } finally {
    ticket.leave();
  }
}

function enter(doors: Doors, admission: Admission, model: string) {
  try {
    return admission.enter();
  } catch (error) {
    doors.predictor.turnAway(model, toFault(error));
    throw error;
  }
}

/** The extension for binary tensors is not offered in the metadata; tritonclient uses it all the same unless told not to. */
function binaryTensors(): DividendError {
  return new DividendError(
    'INVALID_REQUEST',
    'invalid_argument',
    "Header 'inference-header-content-length' announces binary tensors; send JSON (tritonclient: binary_data=False)",
    { field: 'inference-header-content-length' },
  );
}

function notFound(request: IncomingMessage): DividendError {
  return new DividendError('NOT_FOUND', 'not_found', `Nothing is at '${(request.url ?? '').slice(0, 200)}'`);
}

function refuseMethod(request: IncomingMessage, response: ServerResponse, allowed: string): void {
  request.resume();
  response.setHeader('allow', allowed);
  sendJson(
    response,
    405,
    JSON.stringify({ error: `Method ${request.method} is not allowed here; use ${allowed}` }),
  );
}
