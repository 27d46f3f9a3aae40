-- Drop everything that findings name.
DELETE FROM named
