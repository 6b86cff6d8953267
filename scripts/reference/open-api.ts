import { describeControl } from '../../packages/server/src/describe-control.ts';

/** The OpenAPI document of control; composed once, as the durable runtime allows. */
export const openApi = await describeControl();
