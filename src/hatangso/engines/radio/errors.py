"""What can be wrong with a question put to the radio engine, said in both languages."""


class RadioError(ValueError):
    """A question that has no answer: what is wrong, where, and what to do.

    Parameters
    ----------
    english, vietnamese : str
        The same full sentences in both languages.
    """

    def __init__(self, english: str, vietnamese: str) -> None:
        super().__init__(english)
        self.english = english
        self.vietnamese = vietnamese


class FrequencyOutOfRangeError(RadioError):
    """The frequency lies outside what the models hold for."""


class HeightOutOfRangeError(RadioError):
    """An antenna stands lower or higher than the models hold for."""


class PercentageOutOfRangeError(RadioError):
    """A percentage of time or of places lies outside what the model holds for."""


class ProfileError(RadioError):
    """A profile's points do not make a path."""


class OutsideTerrainError(RadioError):
    """A place lies outside the terrain that was given."""


class HoleInTerrainError(RadioError):
    """The terrain knows no height at a place that the path needs."""


class MissingTileError(RadioError):
    """A tile of terrain that the area needs is not there."""
