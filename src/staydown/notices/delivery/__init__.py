"""From a finished letter to the hands of a person: nothing here sends anything by itself."""
