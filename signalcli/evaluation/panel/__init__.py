"""PREDICTIONS of many symbols, date by date: how well their order predicts that of their returns."""
