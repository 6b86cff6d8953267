import type { TObject, TSchema } from 'typebox';

/** Which shape errors of a route have: Dividend's own, MLflow's, or a line of text. */
export type ErrorShape = 'own' | 'mlflow' | 'text';

/** What a route says of itself beyond the schemas that Fastify checks requests by. */
export interface OperationNotes {
  /** Default `own`. */
  readonly errors?: ErrorShape;
  /** Contract of a request that its door reads itself: fields of the path, of the query of a GET, else of the body. */
  readonly request?: TObject;
  /** Contract of a JSON answer that its handler writes itself. */
  readonly answer?: TSchema;
  /** Media types of a body that is not JSON. */
  readonly bodyTypes?: readonly string[];
  /** Where the limit of the body is not Fastify's. */
  readonly maxBodyBytes?: number;
  /** Media type of an answer that is not JSON. */
  readonly answerType?: string;
  /** Header parameters: what each means. */
  readonly headers?: Readonly<Record<string, string>>;
  /** It only says, with status 501, that this server does not do it. */
  readonly notImplemented?: boolean;
  /** Only serving processes may call it, with their token. */
  readonly forServing?: boolean;
}

declare module 'fastify' {
  interface FastifySchema {
    /** What the route does, in one line. */
    summary?: string;
    /** Not part of the API: pages of the console. */
    hide?: boolean;
  }
  interface FastifyContextConfig {
    notes?: OperationNotes;
  }
}
