import type { FastifySchemaCompiler, FastifyTypeProvider } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { findUnkeptText } from './find-unkept-text.ts';

export interface TypeBoxTypeProvider extends FastifyTypeProvider {
  readonly validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
  readonly serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
}

/**
 * Compiles a schema once; query strings and params are converted to the declared types, bodies are taken as they are. Texts that
 * PostgreSQL cannot keep are refused, unless the schema says `x-texts: any`.
 */
export const typeboxValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  const convert = httpPart !== 'body';
  const takesAnyText = (schema as { 'x-texts'?: string })['x-texts'] === 'any';
  return (input: unknown) => {
    const value = convert ? Value.Default(schema, Value.Convert(schema, input)) : input;
    if (!check.Check(value)) return refuse(check.Errors(value)[0]);
    const unkept = takesAnyText ? undefined : findUnkeptText(value);
    return unkept === undefined ? { value } : refuse({ instancePath: unkept, message: unkeptMessage });
  };
};

const unkeptMessage = 'must not hold a NUL character or half of a surrogate pair';

/** As Fastify expects what is wrong. */
function refuse(error: { instancePath?: string; message?: string; params?: object } | undefined) {
  const { instancePath = '', message = 'is not valid', params = {} } = error ?? {};
  return { error: [{ keyword: '', schemaPath: '', instancePath, message, params }] as never };
}
