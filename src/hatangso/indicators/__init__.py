"""How far: observations, roll-up, scorecard, cascade."""
