import { GoldenRows, Signature } from '@dividend/contracts/serving';
import { DividendError } from '@dividend/core/errors';
import { Compile } from 'typebox/compile';
import type { BlobStore } from '../platform/blobs/index.ts';
import { checkGolden, checkSignature } from './check-golden.ts';
import { digestOfBytes } from './release-manifest.ts';

/** A signature of 2000 columns is about 150 kB, a thousand golden rows of them about 30 MB. */
const maxSignatureBytes = 2_000_000;
const maxGoldenBytes = 40_000_000;

const signatureCheck = Compile(Signature);
const goldenCheck = Compile(GoldenRows);

export interface ReleaseContract {
  readonly signature: Signature;
  readonly golden: GoldenRows;
}

/**
 * Signature and golden rows of a release, checked against their schemas and each other.
 * @throws {DividendError} ARTIFACT_ALTERED, SIGNATURE_INVALID, GOLDEN_INVALID
 */
export async function readReleaseContract(
  blobs: BlobStore,
  parts: Readonly<Record<string, string>>,
): Promise<ReleaseContract> {
  const signature = await readPart(
    blobs,
    'signature',
    parts.signature ?? '',
    maxSignatureBytes,
    signatureCheck,
  );
  checkSignature(signature);
  const golden = await readPart(blobs, 'golden', parts.golden ?? '', maxGoldenBytes, goldenCheck);
  checkGolden(signature, golden);
  return { signature, golden };
}

interface Check<Value> {
  Check(value: unknown): value is Value;
  Errors(value: unknown): { instancePath: string; message: string }[];
}

async function readPart<Value>(
  blobs: BlobStore,
  role: 'signature' | 'golden',
  digest: string,
  maxBytes: number,
  check: Check<Value>,
): Promise<Value> {
  const value = parseJson(role, await readVerified(blobs, role, digest, maxBytes));
  if (check.Check(value)) return value;
  const [first] = check.Errors(value);
  const place = `${role}${(first?.instancePath ?? '').replaceAll('/', '.')}`;
  throw partError(role, place, `'${place}' ${first?.message ?? 'is not valid'}`);
}

async function readVerified(
  blobs: BlobStore,
  role: string,
  digest: string,
  maxBytes: number,
): Promise<Buffer> {
  const { bytes } = await blobs.stat(digest);
  if (bytes > maxBytes) {
    throw new DividendError(
      'RELEASE_PART_TOO_LARGE',
      'failed_precondition',
      `The ${role} of the release has ${bytes} bytes; the limit is ${maxBytes}`,
      { field: role },
    );
  }
  const chunks: Buffer[] = [];
  for await (const chunk of await blobs.read(digest)) chunks.push(chunk as Buffer);
  const content = Buffer.concat(chunks);
  const observed = digestOfBytes(content);
  if (observed !== digest) throw new ArtifactAltered(role, digest, observed);
  return content;
}

function parseJson(role: 'signature' | 'golden', content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch (cause) {
    throw partError(role, role, `it is not JSON (${(cause as Error).message})`);
  }
}

function partError(role: 'signature' | 'golden', field: string, problem: string): DividendError {
  const code = role === 'signature' ? 'SIGNATURE_INVALID' : 'GOLDEN_INVALID';
  return new DividendError(
    code,
    'failed_precondition',
    `The ${role} of the release is not usable: ${problem}`,
    {
      field,
    },
  );
}

/** Stored content that no longer has the digest it is stored under. */
export class ArtifactAltered extends DividendError {
  readonly digest: string;
  readonly observed: string;

  constructor(role: string, digest: string, observed: string) {
    super(
      'ARTIFACT_ALTERED',
      'failed_precondition',
      `The stored ${role} was altered: it should have digest '${digest}', its content has '${observed}'; upload it again and register a new version`,
      { field: role },
    );
    this.digest = digest;
    this.observed = observed;
  }
}
