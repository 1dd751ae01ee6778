// The work of one worker thread: done at once, yet a timer keeps the thread for ever.
setInterval(() => {}, 3_600_000);
