"""When things run: schedules only. Every task calls one function of `jobs`; nothing else imports the scheduler."""
