import { ModelSpec } from './model-spec.ts';

/**
 * JSON Schema (2020-12) of `dividend.yaml`, for editors: `# yaml-language-server: $schema=<control>/api/v1/spec-schema`.
 * It tells the shape; what one part says of another (step references, gates) is checked when the spec is applied.
 */
export const specJsonSchema: Readonly<Record<string, unknown>> = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Dividend model spec',
  ...ModelSpec,
};
