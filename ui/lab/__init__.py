"""The merchandiser's lab: prompts on trial, house rules, publishing, and a look at everything."""
