export { DividendError, type ErrorKind, errorKinds, exitCodeOf, httpStatusOf } from './dividend-error.ts';
