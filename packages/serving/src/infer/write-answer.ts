import type { OutputColumn } from './read-outputs.ts';

export interface AnswerHead {
  readonly modelName: string;
  readonly version: string;
  readonly id: string | undefined;
  readonly release: string;
  readonly cohort: string;
  readonly receipts: readonly string[];
}

/** The response of the Open Inference Protocol, written by hand: the numbers of a tensor are joined, not boxed first. */
export function writeAnswer(head: AnswerHead, outputs: readonly OutputColumn[]): string {
  const { modelName, version, id, release, cohort, receipts } = head;
  const start = JSON.stringify({
    model_name: modelName,
    model_version: version,
    ...(id === undefined ? {} : { id }),
    parameters: { release, cohort, receipts: receipts.join(',') },
  }).slice(0, -1);
  return `${start},"outputs":[${outputs.map(writeOutput).join(',')}]}`;
}

function writeOutput(output: OutputColumn): string {
  const { name, datatype, shape } = output;
  const start = JSON.stringify({ name, datatype, shape }).slice(0, -1);
  return `${start},"data":${writeElements(output)}}`;
}

function writeElements({ datatype, data }: OutputColumn): string {
  if (datatype === 'BYTES') return JSON.stringify(data);
  if (datatype === 'BOOL') return JSON.stringify(Array.from(data as Uint8Array, (value) => value !== 0));
  return `[${data.join(',')}]`;
}
