import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import { DividendError } from '@dividend/core/errors';
import { spanLimits } from '../trace-limits.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { type ExportTraceRequest, exportTraceRequest } from './otlp-messages.ts';
import { invalidOtlp } from './otlp-scalars.ts';

export type OtlpEncoding = 'protobuf' | 'json';

/** @throws {DividendError} CONTENT_TYPE_INVALID */
export function encodingOf(contentType: string | undefined): OtlpEncoding {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/x-protobuf') return 'protobuf';
  if (type === 'application/json') return 'json';
  throw new DividendError(
    'CONTENT_TYPE_INVALID',
    'invalid_argument',
    `Invalid Content-Type: ${contentType ?? 'none'}. Expected: application/x-protobuf or application/json`,
    { field: 'content-type' },
  );
}

/** @throws {DividendError} OTLP_INVALID, BODY_TOO_LARGE */
export async function readExport(
  body: Buffer,
  encoding: OtlpEncoding,
  contentEncoding: string | undefined,
): Promise<ExportTraceRequest> {
  const bytes = await decompress(body, contentEncoding?.trim().toLowerCase() ?? '');
  const request = (
    encoding === 'protobuf'
      ? decodeProtobuf(exportTraceRequest, bytes)
      : decodeJson(exportTraceRequest, parseJson(bytes))
  ) as ExportTraceRequest;
  if (request.resource_spans === undefined) throw invalidOtlp('no spans found');
  return request;
}

const options = { maxOutputLength: spanLimits.exportBytes } as const;
const decoders: Readonly<Record<string, (body: Buffer) => Promise<Buffer>>> = {
  '': async (body) => body,
  identity: async (body) => body,
  gzip: (body) => promisify(gunzip)(body, options),
  // RFC 9110 means zlib's frame by it; some clients leave the frame out.
  deflate: (body) =>
    promisify(inflate)(body, options).catch((error) =>
      isTooLarge(error) ? Promise.reject(error) : promisify(inflateRaw)(body, options),
    ),
};

async function decompress(body: Buffer, contentEncoding: string): Promise<Buffer> {
  if (!Object.hasOwn(decoders, contentEncoding)) {
    throw invalidOtlp(`Content-Encoding '${contentEncoding.slice(0, 50)}' is not gzip or deflate`);
  }
  try {
    return await (decoders[contentEncoding] as (body: Buffer) => Promise<Buffer>)(body);
  } catch (error) {
    if (isTooLarge(error)) throw exportTooLarge();
    throw invalidOtlp(`the body is not valid ${contentEncoding}`);
  }
}

function isTooLarge(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
}

export function exportTooLarge(): DividendError {
  return new DividendError(
    'BODY_TOO_LARGE',
    'too_large',
    `An export may have ${spanLimits.exportBytes} bytes, before and after decompression; send fewer spans at a time`,
  );
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw invalidOtlp('the body is not valid JSON');
  }
}
