export { type Client, type ClientOptions, createClient, type Page } from './client.ts';
export type { Fetch } from './http.ts';
export type { Prediction, PredictRequest } from './predict.ts';
