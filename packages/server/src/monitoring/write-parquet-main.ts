// Writes the Parquet file of one prediction segment, in a process of its own.
import { answerDuckJob } from '../platform/duckdb/index.ts';
import { writeParquet } from './write-parquet.ts';

answerDuckJob(writeParquet);
