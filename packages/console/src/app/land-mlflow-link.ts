import { fromMlflowLink } from './mlflow-links.ts';

/** Before the router reads the address, and again when only the fragment changes. */
function land(): boolean {
  const path = fromMlflowLink(location.hash);
  if (path === undefined) return false;
  history.replaceState(history.state, '', path);
  return true;
}

land();
addEventListener('hashchange', () => {
  if (land()) location.reload();
});
