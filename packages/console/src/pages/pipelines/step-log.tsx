import { useEffect, useRef, useState } from 'react';
import { client } from '../../live/client.ts';
import { Card } from '../../ui/card.tsx';
import { CopyText } from '../../ui/small-parts.tsx';

const pollMs = 1_000;
/** What a screen can hold; the whole log stays on the server. */
const shownCharacters = 200_000;
/** So near to its end a reader follows the log, and has not gone back to read. */
const nearPx = 40;

/** What a step prints, as it prints it. */
export function StepLog({ run, step, isRunning }: { run: string; step: string; isRunning: boolean }) {
  const { text, error } = useStepLog(run, step, isRunning);
  const box = useRef<HTMLPreElement>(null);
  const isFollowing = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new text is what moves the end
  useEffect(() => {
    if (isFollowing.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    <Card
      title={`Log of ${step}`}
      aside={text !== '' && <CopyText text={text} shown="copy" what="Copy what is shown" />}
      isFlush
    >
      {error !== undefined && <p className="px-4 pt-3 text-muted">{error}</p>}
      {text === '' ? (
        <p className="px-4 py-3 text-muted">
          {isRunning ? 'Nothing printed yet; it is shown here as it comes.' : 'This step printed nothing.'}
        </p>
      ) : (
        <pre
          ref={box}
          onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
            isFollowing.current = scrollHeight - scrollTop - clientHeight < nearPx;
          }}
          className="max-h-96 overflow-auto px-4 py-3 font-mono text-xs leading-relaxed wrap-anywhere whitespace-pre-wrap"
        >
          {text}
        </pre>
      )}
    </Card>
  );
}

function useStepLog(
  run: string,
  step: string,
  isRunning: boolean,
): { text: string; error: string | undefined } {
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (offset: number, before: string) => {
      try {
        const part = await client.pipelineLogs(run, { step, offset });
        if (isOver) return;
        setError(undefined);
        const whole = (before + part.text).slice(-shownCharacters);
        setText(whole);
        if (part.text !== '' || (isRunning && !part.finished))
          timer = setTimeout(() => void read(part.nextOffset, whole), part.text === '' ? pollMs : 0);
      } catch (thrown) {
        if (!isOver) setError((thrown as Error).message);
      }
    };
    void read(0, '');
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [run, step, isRunning]);
  return { text, error };
}
