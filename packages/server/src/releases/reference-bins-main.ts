// Pins the bins of one release, in a process of its own.
import { answerDuckJob } from '../platform/duckdb/index.ts';
import { pinReferenceBins } from './reference-bins.ts';

answerDuckJob(pinReferenceBins);
