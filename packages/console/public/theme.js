// Before the first paint: the stored choice, else what the system prefers.
(() => {
  let stored = null;
  try {
    stored = localStorage.getItem('theme');
  } catch {
    // A browser that keeps nothing follows the system.
  }
  const dark = stored ? stored === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
