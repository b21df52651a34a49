"""What can be measured: a module a task, found by name."""
