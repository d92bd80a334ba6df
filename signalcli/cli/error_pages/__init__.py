"""What error codes and exit statuses mean: cause, cure and example, one file a part of the program."""
