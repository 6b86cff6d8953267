import { connect, type Socket } from 'node:net';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly bytes: number;
  /** The first characters of the body. */
  readonly beginning: string;
}

/** One kept-alive connection. Costs a fraction of `node:http`, which matters where client and server share two cores. */
export interface HttpConnection {
  /** One request at a time. Rejects when the connection is lost; the next request makes another. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

const headEnd = Buffer.from('\r\n\r\n');
const lastChunk = '0\r\n\r\n';

export function openConnection(base: string): HttpConnection {
  const { hostname, port, host } = new URL(base);
  let socket: Socket | undefined;

  const open = (): Socket => {
    const made = connect({ host: hostname, port: Number(port), noDelay: true });
    made.setMaxListeners(20);
    made.on('error', () => {});
    made.on('close', () => {
      if (socket === made) socket = undefined;
    });
    return made;
  };

  return {
    close: () => socket?.destroy(),
    send: (request) =>
      new Promise((resolve, reject) => {
        socket ??= open();
        const current = socket;
        const reader = createReader();
        const onClose = () => end(() => reject(new Error('The connection was closed')));
        const onData = (chunk: Buffer) => {
          const answer = reader(chunk);
          if (answer === undefined) return;
          if (answer.closes) current.destroy();
          end(() => resolve(answer));
        };
        const end = (settle: () => void) => {
          current.off('data', onData);
          current.off('close', onClose);
          settle();
        };
        current.on('data', onData);
        current.on('close', onClose);
        current.write(toHead(request, host));
        if (request.body !== undefined) current.write(request.body);
      }),
  };
}

function toHead({ method, path, headers = {}, body }: HttpRequest, host: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = body === undefined ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${length}${lines.join('')}\r\n`;
}

/** Takes the chunks of one answer; gives the answer with its last. Bodies here hold no carriage return. */
function createReader(): (chunk: Buffer) => (HttpAnswer & { closes: boolean }) | undefined {
  let head: Buffer = Buffer.alloc(0);
  let headText: string | undefined;
  let tail = '';
  let beginning = '';
  let bytes = 0;
  return (chunk) => {
    let rest = chunk;
    if (headText === undefined) {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      const end = head.indexOf(headEnd);
      if (end < 0) return undefined;
      headText = head.toString('latin1', 0, end).toLowerCase();
      rest = head.subarray(end + headEnd.length);
    }
    bytes += rest.length;
    if (beginning.length < 300) beginning += rest.toString('utf8', 0, 300);
    tail = (tail + rest.toString('latin1', Math.max(0, rest.length - lastChunk.length))).slice(
      -lastChunk.length,
    );
    const length = /\r\ncontent-length: *(\d+)/.exec(headText)?.[1];
    const isComplete = length === undefined ? tail === lastChunk : bytes >= Number(length);
    if (!isComplete) return undefined;
    const status = Number(headText.split(' ', 2)[1]);
    return { status, bytes, beginning, closes: headText.includes('\r\nconnection: close') };
  };
}
