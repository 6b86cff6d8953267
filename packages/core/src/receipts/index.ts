export {
  type Cohort,
  cohorts,
  decodeReceipt,
  encodeReceipt,
  type Mac,
  type Receipt,
  type ReceiptFields,
  receiptBytes,
} from './receipt.ts';
