import { DividendError } from '@dividend/core/errors';
import { useQuery } from '@tanstack/react-query';

/** Of a text; more than a screen can use, little enough for every machine. */
export const previewBytes = 500_000;

export interface Content {
  readonly text: string;
  /** The file goes on behind it. */
  readonly isCut: boolean;
  /** It holds what no text holds. */
  readonly isBinary: boolean;
}

/** The beginning of a file as text; never more of it than a preview shows. */
export function useContent(url: string) {
  return useQuery({
    queryKey: ['artifact content', url],
    queryFn: async ({ signal }): Promise<Content> => {
      const response = await fetch(url, { headers: { range: `bytes=0-${previewBytes - 1}` }, signal });
      if (!response.ok) throw await toError(response);
      const text = await response.text();
      return { text, isCut: response.status === 206, isBinary: text.slice(0, 8000).includes('\0') };
    },
    staleTime: 60_000,
  });
}

async function toError(response: Response): Promise<DividendError> {
  const { message } = (await response.json().catch(() => ({}))) as { message?: string };
  const kind = response.status === 404 ? 'not_found' : 'unavailable';
  return new DividendError(
    'REQUEST_FAILED',
    kind,
    message ?? `The file could not be read: ${response.status}`,
  );
}
