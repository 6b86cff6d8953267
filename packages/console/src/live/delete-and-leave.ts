import { onlineManager } from '@tanstack/react-query';
import { callMlflow } from './mlflow.ts';
import { queryClient } from './queries.ts';

/** Takes something away and leaves its page while nothing is asked: nobody asks for what is gone, whatever the live stream tells meanwhile. */
export async function deleteAndLeave(path: string, input: object, leave: () => Promise<void>): Promise<void> {
  onlineManager.setOnline(false);
  try {
    await callMlflow(path, input, 'DELETE');
    await leave();
    await queryClient.cancelQueries({ type: 'inactive' });
  } finally {
    onlineManager.setOnline(true);
  }
}
